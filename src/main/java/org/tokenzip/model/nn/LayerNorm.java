// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Layer normalisation over the last dimension, with weight and bias. */
public final class LayerNorm {
  private final long[] width;
  private final TensorOptional weight;
  private final TensorOptional bias;
  private final double eps;

  private LayerNorm(long width, TensorOptional weight, TensorOptional bias, double eps) {
    this.width = new long[] {width};
    this.weight = weight;
    this.bias = bias;
    this.eps = eps;
  }

  /** Loads {@code name.weight} and {@code name.bias}, both [width]. */
  public static LayerNorm load(Parameters parameters, String name, long width, double eps) {
    return new LayerNorm(
        width,
        parameters.own(new TensorOptional(parameters.take(name + ".weight", width))),
        parameters.own(new TensorOptional(parameters.take(name + ".bias", width))),
        eps);
  }

  /** {@code x} [..., width] to a new tensor of the same shape. */
  public Tensor forward(Tensor x) {
    return torch.layer_norm(x, width, weight, bias, eps, false);
  }
}
