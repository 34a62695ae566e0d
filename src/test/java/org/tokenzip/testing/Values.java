// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.testing;

import java.util.Arrays;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.Tensors;

/** Numbers for tests. */
public final class Values {
  private Values() {}

  /** Standard normal values of a shape, the same for the same seed, rounded to {@code dtype}. */
  public static Tensor normal(long seed, DType dtype, long... shape) {
    Random random = new Random(seed);
    float[] values = new float[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensors.to(Tensors.of(values, shape), dtype, Device.CPU);
  }

  /** Positive values below 1 of a shape, the same for the same seed, rounded to {@code dtype}. */
  public static Tensor uniform(long seed, DType dtype, long... shape) {
    Random random = new Random(seed);
    float[] values = new float[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    return Tensors.to(Tensors.of(values, shape), dtype, Device.CPU);
  }

  /** The elements of an integer tensor. */
  public static int[] ints(Tensor tensor) {
    return Arrays.stream(Tensors.toLongArray(tensor)).mapToInt(Math::toIntExact).toArray();
  }

  /** Largest difference that one rounding to {@code dtype} makes at {@code magnitude}. */
  public static double rounding(DType dtype, double magnitude) {
    double unit =
        switch (dtype) {
          case FP32 -> 0x1p-24;
          case FP16 -> 0x1p-11;
          case BF16 -> 0x1p-8;
        };
    return unit * Math.max(magnitude, 0x1p-10);
  }
}
