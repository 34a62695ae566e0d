// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** An affine map of the last dimension: {@code x W^T + b}. */
public final class Linear {
  private final Tensor weight;
  private final @Nullable TensorOptional bias;

  private Linear(Tensor weight, @Nullable TensorOptional bias) {
    this.weight = weight;
    this.bias = bias;
  }

  /** Loads {@code name.weight} [out, in] and, where there is a bias, {@code name.bias} [out]. */
  public static Linear load(Parameters parameters, String name, long in, long out, boolean bias) {
    Tensor weight = parameters.take(name + ".weight", out, in);
    return new Linear(
        weight,
        bias ? parameters.own(new TensorOptional(parameters.take(name + ".bias", out))) : null);
  }

  /** The map without bias by a matrix [out, in] that is loaded already. */
  public static Linear of(Tensor weight) {
    return new Linear(weight, null);
  }

  /** The map by a matrix [out, in] and a bias [out] that are loaded already. */
  public static Linear of(Tensor weight, TensorOptional bias) {
    return new Linear(weight, bias);
  }

  /** {@code x} [..., in] to a new tensor [..., out]. */
  public Tensor forward(Tensor x) {
    return torch.linear(x, weight, bias);
  }
}
