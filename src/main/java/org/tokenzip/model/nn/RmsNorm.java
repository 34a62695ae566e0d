// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.nn;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Root-mean-square normalisation over the last dimension, computed in fp32, then weighted. */
public final class RmsNorm {
  private final long[] width;
  private final TensorOptional weight;
  private final DoubleOptional eps;

  private RmsNorm(long width, TensorOptional weight, DoubleOptional eps) {
    this.width = new long[] {width};
    this.weight = weight;
    this.eps = eps;
  }

  /** Loads {@code name.weight} [width]. */
  public static RmsNorm load(Parameters parameters, String name, long width, double eps) {
    return new RmsNorm(
        width,
        parameters.own(new TensorOptional(parameters.take(name + ".weight", width))),
        parameters.own(new DoubleOptional(eps)));
  }

  /** {@code x} [..., width] to a new tensor of the same shape. */
  public Tensor forward(Tensor x) {
    return torch.rms_norm(x, width, weight, eps);
  }
}
