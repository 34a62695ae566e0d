// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A method at work inside the layers of a vision tower, for the views of one forward pass.
 * Attention stays fused: the queries and keys of the layer at hand are there, its map is not. For
 * one thread; the tensors it keeps between layers are its own until {@link #close}.
 */
public interface TowerReduction extends AutoCloseable {
  /**
   * What is added to the logits of every key, [B, S] in fp32, as token sizes ask for; null for
   * nothing. Borrowed until the next {@link #afterAttention}.
   */
  default @Nullable Tensor keyBias() {
    return null;
  }

  /**
   * Between the attention and the feed-forward part of a layer.
   *
   * @return the tokens that go on, [B, S', D]; {@code layer.hidden()} itself where nothing changes,
   *     otherwise a new tensor for the caller
   */
  Tensor afterAttention(TowerLayer layer);

  /**
   * After the last layer: which of the tokens that came out go to the projector, in which order,
   * and where they come from. The caller closes it; it does not need this object any more.
   */
  TokenSelection selection();

  /** Frees what was kept between layers. Idempotent. */
  @Override
  void close();
}
