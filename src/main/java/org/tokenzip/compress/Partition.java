// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.kernel.TopK;

/**
 * The tokens of each view in two groups.
 *
 * @param highest int32 [B, k], those of highest score, ascending
 * @param rest int32 [B, n - k], the others, ascending
 * @param nonFinite int32 [B] 1 where a NaN or infinity took part
 */
record Partition(Tensor highest, Tensor rest, Tensor nonFinite) {
  /** Of {@code scores} fp32 [B, n], contiguous; equal scores go to the lower index. */
  static Partition of(Tensor scores, long k) {
    TopK.Result top = TopK.apply(scores, k, false);
    Tensor left = scores.new_full(scores.shape(), new Scalar(1)); // [B, n]
    left.scatter_(1, Indices.wide(top.indices()), new Scalar(0));
    // Listed by the same operator, since a list of what is not in a list would have to wait for
    // the device to tell its length.
    Tensor rest = TopK.apply(left, scores.size(1) - k, false).indices();
    return new Partition(top.indices(), rest, top.nonFinite());
  }
}
