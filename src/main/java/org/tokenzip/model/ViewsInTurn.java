// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.PictureLayout;
import org.tokenzip.compress.Provenance;
import org.tokenzip.compress.VisualSequence;

/**
 * A whole picture and crops of it, one view's patches after the other's with nothing between them:
 * Mini-Gemini HD.
 *
 * @param views the whole picture, then its crops row by row
 * @param side patches along a side of a view
 */
public record ViewsInTurn(int views, int side) implements PictureLayout {
  @Override
  public int gridWidth() {
    return 0; // the crops are not stitched
  }

  @Override
  public int gridHeight() {
    return 0;
  }

  @Override
  public boolean isClip() {
    return false;
  }

  @Override
  public @Nullable Tensor newline() {
    return null;
  }

  @Override
  public VisualSequence sequence(Tensor cells, int side, Provenance provenance) {
    return new VisualSequence(cells.flatten(0, 1), provenance);
  }
}
