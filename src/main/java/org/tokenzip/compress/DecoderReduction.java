// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.Collections;
import java.util.List;
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
   * @param targets for each of the others, by ascending place, which of the kept ones took it in:
   *     places in {@code kept}; empty where it was dropped
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Reduced(Tensor hidden, int[] kept, List<int[]> targets) {
    /** A reduction that merges nothing: of {@code count} tokens those not {@code kept} are gone. */
    public static Reduced dropping(Tensor hidden, int count, int... kept) {
      return new Reduced(hidden, kept, Collections.nCopies(count - kept.length, new int[0]));
    }
  }
}
