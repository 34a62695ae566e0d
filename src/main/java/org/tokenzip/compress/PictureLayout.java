// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * How a model turns the views of one picture into a sequence: one square view, the whole picture
 * and crops of it, or the frames of a clip. Every model family has its own.
 */
public interface PictureLayout {
  /** Number of views; view 0 is the whole picture or the first frame. */
  int views();

  /** Patches along a side of a view. */
  int side();

  /** Crops side by side in the stitched map; 0 where there are none. */
  int gridWidth();

  /** Crops one above the other in the stitched map; 0 where there are none. */
  int gridHeight();

  /** The embedding [E] that ends a row of patches; null for a model that has none. Borrowed. */
  @Nullable Tensor newline();

  /**
   * The model's own, uncompressed order of views of {@code side} by {@code side} cells: stitched,
   * cropped and with newlines as the model does it. Pooled views have a smaller side than the
   * tower's.
   *
   * @param cells [V, side · side, E], projected; where {@link #keepsCls} with one more in front
   * @param provenance of these cells, view after view
   */
  VisualSequence sequence(Tensor cells, int side, Provenance provenance);

  /** Tokens of the model's own, uncompressed order of the tower's patches. */
  default int uncompressedTokens() {
    return views() * (patches() + (keepsCls() ? 1 : 0));
  }

  /** Whether the uncompressed order has the tower's class token in front of each view's patches. */
  default boolean keepsCls() {
    return false;
  }

  /** Whether the views are frames of a clip. */
  default boolean isClip() {
    return views() > 1 && gridWidth() == 0;
  }

  /** Patches of a view. */
  default int patches() {
    return side() * side();
  }
}
