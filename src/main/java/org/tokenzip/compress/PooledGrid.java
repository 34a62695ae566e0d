// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * A grid of cells for each view in place of the grid of patches.
 *
 * @param rows of cells
 * @param columns of cells
 */
record PooledGrid(int rows, int columns) {
  int cells() {
    return rows * columns;
  }

  /**
   * The sequence of one picture: in the model's own order, as if it had fewer patches, if the grid
   * is square; otherwise view after view in raster order, as the model knows no such views.
   *
   * @param cells [V, rows · columns, E], projected
   * @param sources the patches of a view that go into each cell
   */
  VisualSequence arrange(
      Tensor cells, PictureLayout layout, boolean hasCls, Function<Integer, int[]> sources) {
    return arrange(cells, layout, layout.patches(), hasCls, sources);
  }

  /**
   * As above, where {@code sources} number the {@code patches} of views larger than the layout's.
   */
  VisualSequence arrange(
      Tensor cells,
      PictureLayout layout,
      int patches,
      boolean hasCls,
      Function<Integer, int[]> sources) {
    Provenance view =
        Provenance.unscored(
            cells(),
            () ->
                IntStream.range(0, cells())
                    .mapToObj(cell -> OutputToken.pooled(0, sources.apply(cell)))
                    .toList(),
            patches,
            hasCls);
    List<Provenance> views = IntStream.range(0, layout.views()).mapToObj(v -> view).toList();
    return rows == columns
        ? layout.sequence(cells, rows, Provenance.concat(views))
        : CompressedLayout.arrange(cells, views, layout, true);
  }
}
