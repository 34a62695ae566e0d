// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** A convolution of pictures or maps, with bias. */
public final class Conv2d {
  private static final long[] DENSE = {1, 1};

  private final Tensor weight;
  private final TensorOptional bias;
  private final long[] stride;
  private final long[] padding;
  private final long groups;

  private Conv2d(Tensor weight, TensorOptional bias, long stride, long padding, long groups) {
    this.weight = weight;
    this.bias = bias;
    this.stride = new long[] {stride, stride};
    this.padding = new long[] {padding, padding};
    this.groups = groups;
  }

  /** Loads a convolution of tiles: kernels of {@code side} by {@code side} side by side. */
  public static Conv2d tiles(Parameters parameters, String name, long in, long out, long side) {
    return load(parameters, name, out, side, 0, 1, out, in, side, side);
  }

  /** Loads a convolution of each channel for itself that keeps the size; {@code side} is odd. */
  public static Conv2d depthwise(Parameters parameters, String name, long width, long side) {
    return load(parameters, name, width, 1, side / 2, width, width, 1, side, side);
  }

  private static Conv2d load(
      Parameters parameters,
      String name,
      long out,
      long stride,
      long padding,
      long groups,
      long... shape) {
    return new Conv2d(
        parameters.take(name + ".weight", shape),
        parameters.own(new TensorOptional(parameters.take(name + ".bias", out))),
        stride,
        padding,
        groups);
  }

  /** {@code x} [B, in, h, w] to a new tensor [B, out, h', w']. */
  public Tensor forward(Tensor x) {
    return torch.conv2d(x, weight, bias, stride, padding, DENSE, groups);
  }
}
