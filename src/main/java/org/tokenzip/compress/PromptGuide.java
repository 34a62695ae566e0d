// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What a question says about the patches of its picture, in a space that both share: that of the
 * text tower trained with the vision tower or, without one, the language model's own embeddings.
 * Lives as long as the request; returned tensors are the caller's.
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

  /** The question's segments of the text tower's length in the shared space, [K, P]. */
  Tensor segments();

  /**
   * The question as one feature [P], its text positions extended by a table where a method brings
   * one of its own.
   */
  Tensor pooled(@Nullable Tensor extendedPositions);

  /** What cosines are multiplied with before a softmax, exp of the stored scale. */
  float logitScale();

  /** 1 where a patch that fits the question has a high cosine with it, -1 where a low one. */
  int sign();
}
