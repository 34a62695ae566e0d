// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.kernel.QuantileSelect;
import org.tokenzip.tensor.Tensors;

/**
 * What every removed token hands to which others (METHODS 4.2 step 6, 4.3.3 step 5): those at or
 * above a quantile of its correlations, in proportion to these or to their softmax.
 *
 * @param targets int32 [B, r, K], ending with -1
 * @param weights fp32 [B, r, K], 0 where there is no target
 * @param nonFinite int32 [B] 1 where a NaN or infinity took part
 */
record FiCoCoShares(Tensor targets, Tensor weights, Tensor nonFinite) {
  /** By correlations fp32 [B, r, m], contiguous, m at least 1. */
  static FiCoCoShares of(Tensor correlation, double epsilon, boolean softmax) {
    QuantileSelect.Result chosen = choose(correlation, epsilon);
    Tensor none = chosen.indices().lt(new Scalar(0));
    Tensor values = // [B, r, K]
        correlation.gather(2, Indices.wide(chosen.indices()).clamp_min(new Scalar(0)));
    Tensor weights;
    if (softmax) {
      weights = values.masked_fill(none, new Scalar(Double.NEGATIVE_INFINITY)).softmax(2);
    } else {
      Tensor given = values.masked_fill(none, new Scalar(0));
      Tensor sum = given.sum(new long[] {2}, true, null);
      weights = given.div(sum.add(sum.eq(new Scalar(0)))); // hands over nothing where it is 0
    }
    return new FiCoCoShares(chosen.indices(), weights.contiguous(), chosen.nonFinite());
  }

  private static QuantileSelect.Result choose(Tensor correlation, double epsilon) {
    long all = correlation.size(2);
    if (!correlation.is_cuda()) {
      long usual = QuantileSelect.count(epsilon, all);
      QuantileSelect.Result chosen = QuantileSelect.apply(correlation, epsilon, usual);
      if (Arrays.stream(Tensors.toIntArray(chosen.count())).allMatch(n -> n <= usual)) {
        return chosen;
      }
    }
    // Equal values may add to the usual number; to see whether they do, a GPU would have to wait.
    return QuantileSelect.apply(correlation, epsilon, all);
  }
}
