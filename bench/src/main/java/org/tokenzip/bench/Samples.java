// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench;

import java.util.Collection;

/**
 * Summary of repeated measurements: order statistics, because a shared machine's outliers are all
 * on one side.
 */
record Samples(double median, double p10, double p90, int count) {

  /** Summary of at least one value. */
  static Samples of(Collection<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("values: expected at least one, got none");
    }
    return new Samples(
        quantile(sorted, 0.5), quantile(sorted, 0.1), quantile(sorted, 0.9), sorted.length);
  }

  /** Linear interpolation between the two nearest order statistics. */
  private static double quantile(double[] sorted, double q) {
    double rank = q * (sorted.length - 1);
    int below = (int) rank;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
  }
}
