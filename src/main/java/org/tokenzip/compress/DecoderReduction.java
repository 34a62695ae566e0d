// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A method at work inside the language model while it reads one prompt (METHODS 1.1). It decides in
 * the prefill of the turn that brings the picture, once; what it removes is in no later layer's
 * cache. Attention stays fused: queries and keys of the layer at hand are there, its map is not.
 * For one thread and one prefill.
 */
public interface DecoderReduction {
  /** How the positions of what is left are counted. */
  PositionPolicy positions();

  /**
   * Between the attention's residual and the feed-forward part of a layer; null where nothing
   * changes.
   */
  default @Nullable Reduced afterAttention(DecoderLayer layer) {
    return null;
  }

  /** Between a layer and the next one; null where nothing changes. */
  default @Nullable Reduced afterLayer(DecoderLayer layer) {
    return null;
  }

  /**
   * What a reduction leaves.
   *
   * @param hidden [1, S', E]: the text before, the visual tokens that stay, the text after; the
   *     caller's
   * @param kept which of the visual tokens that were left stay, ascending
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Reduced(Tensor hidden, int[] kept) {}
}
