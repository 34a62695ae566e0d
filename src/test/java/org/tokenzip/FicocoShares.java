// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.pytorch.Tensor;
import org.tokenzip.kernel.QuantileSelect;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.Values;

/**
 * What every removed token hands to which survivors.
 *
 * @param index int32 [1, r, K], ending with -1
 * @param weight fp32 [1, r, K]
 */
record FicocoShares(Tensor index, Tensor weight) {
  /**
   * Of correlations fp32 [1, r, n].
   *
   * @param softmax whether the weights of a row are its softmax, in place of its shares of the sum
   */
  static FicocoShares of(Tensor correlation, double epsilon, boolean softmax) {
    int r = Math.toIntExact(correlation.size(1));
    int n = Math.toIntExact(correlation.size(2));
    Tensor index = QuantileSelect.apply(correlation, epsilon, n).indices();
    int[] chosen = Values.ints(index);
    float[] value = Tensors.toFloatArray(correlation);
    float[] weight = new float[r * n];
    for (int i = 0; i < r; i++) {
      double largest = 0;
      if (softmax) {
        largest = Double.NEGATIVE_INFINITY;
        for (int k = i * n; k < (i + 1) * n && chosen[k] >= 0; k++) {
          largest = Math.max(largest, value[i * n + chosen[k]]);
        }
      }
      double sum = 0;
      for (int k = i * n; k < (i + 1) * n && chosen[k] >= 0; k++) {
        double c = value[i * n + chosen[k]];
        weight[k] = (float) (softmax ? Math.exp(c - largest) : c);
        sum += weight[k];
      }
      for (int k = i * n; k < (i + 1) * n && chosen[k] >= 0; k++) {
        weight[k] = sum == 0 ? 0 : (float) (weight[k] / sum);
      }
    }
    return new FicocoShares(index, Tensors.of(weight, 1, r, n));
  }

  /** Compares with a matrix [r, n] that has zeros where nothing is handed over. */
  void assertEquals(float[] expected) {
    int n = Math.toIntExact(index.size(2));
    int[] chosen = Values.ints(index);
    float[] weights = Tensors.toFloatArray(weight);
    float[] dense = new float[chosen.length];
    for (int k = 0; k < chosen.length; k++) {
      if (chosen[k] >= 0) {
        dense[k / n * n + chosen[k]] = weights[k];
      }
    }
    assertThat(dense).hasSameSizeAs(expected);
    for (int k = 0; k < dense.length; k++) {
      assertThat(dense[k]).as("alpha[%d]", k).isCloseTo(expected[k], within(1e-5f));
    }
  }
}
