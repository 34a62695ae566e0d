// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import org.bytedeco.pytorch.Tensor;

/**
 * The decision of a {@link TokenCompressor} for a batch of views, to be applied as often as wanted:
 * a picture is scored once and serves every turn of a conversation.
 *
 * <p>It owns its index tensors, whatever scope was open when it was made, until it is closed. All
 * methods may be called from several threads at once, {@link #close} apart.
 */
public interface TokenSelection extends AutoCloseable {
  /** Number of images. */
  int images();

  /** Tokens that come out for each image. */
  int outputTokens();

  /**
   * Whether merged tokens stand in raster order among the others, so that those of several crops
   * are stitched by their places; otherwise they follow behind (METHODS 3.3).
   */
  default boolean mergedInPlace() {
    return true;
  }

  /** Whether a newline follows every row of stitched crops of which a token is left. */
  default boolean rowNewline() {
    return false;
  }

  /**
   * Keeps and merges {@code tokens} [B, S, D] as decided, B and S being those of the features.
   *
   * @return [B, {@link #outputTokens}, D] of the same dtype; belongs to the caller
   */
  Tensor apply(Tensor tokens);

  /**
   * Where the output tokens of one image come from; waits for the device.
   *
   * @throws IndexOutOfBoundsException if there is no image of that index
   * @throws org.tokenzip.runtime.NonFiniteInputException see {@link #requireFinite}
   */
  Provenance provenance(int image);

  /**
   * Checks that no NaN or infinity took part in the decision; waits for the device. Callers that
   * wait for it anyway check here before they use what {@link #apply} returned.
   *
   * @throws org.tokenzip.runtime.NonFiniteInputException if one did
   */
  void requireFinite();

  /** Frees the index tensors. Idempotent. */
  @Override
  void close();
}
