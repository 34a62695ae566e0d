// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;

/** Checks of tensor shapes. Every failure names the argument, what was expected and what came. */
public final class Shapes {
  /** Stands for any extent in {@link #require(Tensor, String, long...)}. */
  public static final long ANY = -1;

  private Shapes() {}

  /**
   * Checks the number of dimensions.
   *
   * @throws IllegalArgumentException if {@code tensor} has not {@code rank} of them
   */
  public static void require(Tensor tensor, String name, int rank) {
    if (tensor.dim() != rank) {
      throw new IllegalArgumentException(
          name + ": expected " + rank + " dimensions, got shape " + text(tensor.shape()));
    }
  }

  /**
   * Checks every extent; {@link #ANY} matches all.
   *
   * @throws IllegalArgumentException if the shape is another one
   */
  public static void require(Tensor tensor, String name, long... extents) {
    long[] shape = tensor.shape();
    boolean fits = shape.length == extents.length;
    for (int i = 0; fits && i < shape.length; i++) {
      fits = extents[i] == ANY || extents[i] == shape[i];
    }
    if (!fits) {
      throw new IllegalArgumentException(
          name + ": expected shape " + text(extents) + ", got " + text(shape));
    }
  }

  /** {@code [2, 3]}; {@link #ANY} prints as {@code *}. */
  public static String text(long... shape) {
    return Arrays.stream(shape)
        .mapToObj(extent -> extent == ANY ? "*" : Long.toString(extent))
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
