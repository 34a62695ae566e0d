// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.PictureLayout;
import org.tokenzip.compress.Provenance;
import org.tokenzip.compress.VisualSequence;

/**
 * A picture seen in one view, its patches in raster order: LLaVA-1.5.
 *
 * @param side patches along a side
 */
public record SingleView(int side) implements PictureLayout {
  @Override
  public int views() {
    return 1;
  }

  @Override
  public int gridWidth() {
    return 0;
  }

  @Override
  public int gridHeight() {
    return 0;
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
