// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import org.bytedeco.pytorch.Tensor;

/**
 * What a question says about the patches of its pictures, in a space that both share: that of the
 * text tower trained with the vision tower or, without one, the language model's own embeddings.
 * All pictures of one prompt have the same guide. Lives as long as the request; returned tensors
 * are the caller's.
 */
public interface PromptGuide {
  /** Whether a text tower paired with the vision tower is there. */
  boolean hasTextTower();

  /**
   * Patches in the shared space.
   *
   * @param hidden [V, N, D] as they left the tower
   * @param projected [V, N, E], the same in the language model's width
   * @return [V, N, P]
   */
  Tensor patches(Tensor hidden, Tensor projected);

  /**
   * The question in the shared space, in the dtype of {@link #patches}: cut into segments of the
   * text tower's length or, without a text tower, the mean of its embeddings.
   *
   * @return [K, P]
   */
  Tensor segments();

  /**
   * The question as one feature in the shared space.
   *
   * @param extended whether the text tower's positions are extended to about three times as many;
   *     what does not fit is cut off
   * @return [P]
   * @throws UnsupportedOperationException if there is no text tower
   */
  Tensor pooled(boolean extended);

  /**
   * What cosines are multiplied with before a softmax, exp of the stored scale.
   *
   * @throws UnsupportedOperationException if there is no text tower
   */
  float logitScale();

  /** 1 where a patch that fits the question has a high cosine with it, -1 where a low one. */
  int sign();
}
