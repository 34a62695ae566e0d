// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench.published;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Scores for towers without a CLS token, from the attention map that eager attention forms. */
public final class PublishedReceivedAttention {
  private PublishedReceivedAttention() {}

  /**
   * Mean attention that every token receives.
   *
   * @param query [B, H, S, d]
   * @param keys [B, H, S, d]
   * @return [B, S]
   */
  public static Tensor scores(Tensor query, Tensor keys, double scale) {
    Tensor map = query.mul(new Scalar(scale)).matmul(keys.transpose(2, 3)).softmax(-1);
    return map.mean(1).mean(1);
  }
}
