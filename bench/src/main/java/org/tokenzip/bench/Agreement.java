// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.tensor.Tensors;

/** Checks before timing: a fast wrong answer is no result. */
final class Agreement {
  private Agreement() {}

  /** Requires the same indices in the same order. */
  static void require(String what, int[] expected, long[] got) {
    if (!Arrays.equals(Arrays.stream(expected).asLongStream().toArray(), got)) {
      int length = Math.min(expected.length, got.length);
      int first =
          IntStream.range(0, length).filter(i -> expected[i] != got[i]).findFirst().orElse(length);
      throw new IllegalStateException(
          String.format(
              "%s: expected %d indices, got %d; the first difference is at %d%s",
              what,
              expected.length,
              got.length,
              first,
              first < length ? ": expected " + expected[first] + ", got " + got[first] : ""));
    }
  }

  /** Requires |expected - got| ≤ tolerance · max(1, |expected|) everywhere. */
  static void require(String what, Tensor expected, Tensor got, double tolerance) {
    float[] wanted = Tensors.toFloatArray(expected);
    float[] actual = Tensors.toFloatArray(got);
    if (wanted.length != actual.length) {
      throw new IllegalStateException(
          what + ": expected " + wanted.length + " values, got " + actual.length);
    }
    for (int i = 0; i < wanted.length; i++) {
      double bound = tolerance * Math.max(1, Math.abs(wanted[i]));
      // Written so that a NaN fails.
      if (!(Math.abs(wanted[i] - actual[i]) <= bound)) {
        throw new IllegalStateException(
            what + ": expected " + wanted[i] + " at element " + i + ", got " + actual[i]);
      }
    }
  }
}
