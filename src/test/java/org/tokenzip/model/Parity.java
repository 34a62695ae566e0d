// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.pytorch.Tensor;
import org.tokenzip.tensor.Tensors;

/** Comparisons with the reference at the tolerances its description gives. */
public final class Parity {
  /** Of logits computed in fp32. */
  public static final double LOGITS = 1e-4;

  private Parity() {}

  /** Differences of hidden states stay below {@code 1e-4 max(1, |x|)}. */
  public static void assertStates(String what, Tensor actual, float[] expected) {
    float[] values = Tensors.toFloatArray(actual);
    assertThat(values).as("%s: number of values", what).hasSameSizeAs(expected);
    for (int i = 0; i < values.length; i++) {
      double allowed = 1e-4 * Math.max(1, Math.abs(expected[i]));
      // Written so that NaN fails.
      if (!(Math.abs(values[i] - expected[i]) <= allowed)) {
        throw new AssertionError(
            what + "[" + i + "]: expected " + expected[i] + ", got " + values[i]);
      }
    }
  }

  /** All differences stay below {@code allowed}. */
  public static void assertLogits(String what, Tensor actual, float[] expected, double allowed) {
    float[] values = Tensors.toFloatArray(actual);
    assertThat(values).as("%s: number of values", what).hasSameSizeAs(expected);
    for (int i = 0; i < values.length; i++) {
      if (!(Math.abs(values[i] - expected[i]) <= allowed)) {
        throw new AssertionError(
            what + "[" + i + "]: expected " + expected[i] + ", got " + values[i]);
      }
    }
  }

  /** Index of the largest logit in every row of {@code logits} [B, V]. */
  public static long[] best(Tensor logits) {
    int width = Math.toIntExact(logits.size(1));
    float[] values = Tensors.toFloatArray(logits);
    long[] best = new long[Math.toIntExact(logits.size(0))];
    for (int i = 0; i < values.length; i++) {
      int row = i / width;
      if (values[i] > values[row * width + (int) best[row]]) {
        best[row] = i % width;
      }
    }
    return best;
  }
}
