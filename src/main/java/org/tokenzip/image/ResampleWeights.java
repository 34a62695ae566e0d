// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

/**
 * One resampling pass as integers: output pixel {@code i} is the sum of {@code count[i]} source
 * pixels from {@code first[i]}, weighted by {@code weights[i * stride]} on.
 */
final class ResampleWeights {
  /** Fractional bits of a weight: 32 less 8 of the sample, less 2 of headroom for overshoot. */
  static final int PRECISION = 22;

  final int[] first;
  final int[] count;
  final int[] weights;
  final int stride;

  private ResampleWeights(int[] first, int[] count, int[] weights, int stride) {
    this.first = first;
    this.count = count;
    this.weights = weights;
    this.stride = stride;
  }

  /** Weights of output pixels {@code from .. from+length-1} when {@code in} becomes {@code out}. */
  static ResampleWeights of(int in, int out, int from, int length, Filter filter) {
    double scale = (double) in / out;
    double spread = Math.max(scale, 1);
    double support = filter.radius() * spread;
    // A product with the reciprocal, not a quotient: that is what PIL rounds.
    double perSpread = 1 / spread;
    int stride = 2 * (int) Math.ceil(support) + 1;
    ResampleWeights result =
        new ResampleWeights(
            new int[length], new int[length], new int[Math.multiplyExact(length, stride)], stride);
    double[] exact = new double[stride];
    for (int i = 0; i < length; i++) {
      double centre = (from + i + 0.5) * scale;
      int first = Math.max(0, (int) (centre - support + 0.5));
      int count = Math.min(in, (int) (centre + support + 0.5)) - first;
      double sum = 0;
      for (int j = 0; j < count; j++) {
        exact[j] = filter.weight((j + first - centre + 0.5) * perSpread);
        sum += exact[j];
      }
      for (int j = 0; j < count; j++) {
        double weight = sum == 0 ? exact[j] : exact[j] / sum;
        result.weights[i * stride + j] = round(weight * (1 << PRECISION));
      }
      result.first[i] = first;
      result.count[i] = count;
    }
    return result;
  }

  /** Half away from zero. */
  private static int round(double x) {
    return (int) (x < 0 ? x - 0.5 : x + 0.5);
  }

  int firstSource() {
    return first[0];
  }

  int endSource() {
    int last = first.length - 1;
    return first[last] + count[last];
  }
}
