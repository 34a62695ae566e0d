// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

/**
 * A published method: decides from the features of a vision tower which tokens are kept and which
 * are merged. Implementations are immutable and may be shared between threads.
 */
public interface TokenCompressor {
  /** The name that {@link Compressors} lists the method under. */
  String name();

  /**
   * Checks the budget against a tower's sequence. The operators treat a budget that exceeds it as
   * "keep everything"; a user who asks for it is more likely mistaken.
   *
   * @param positions of the tower's sequence, CLS included
   * @throws IllegalArgumentException if the budget asks for more tokens than that
   */
  default void requireFits(long positions) {}

  /**
   * Decides for every image of {@code features}, which may be closed afterwards.
   *
   * @return the decision; the caller closes it
   * @throws UnsupportedOperationException if the method needs something the tower does not have
   * @throws org.tokenzip.runtime.NonFiniteInputException if a NaN or infinity decides; from a CUDA
   *     device only when the selection is read
   */
  TokenSelection select(VisionFeatures features);
}
