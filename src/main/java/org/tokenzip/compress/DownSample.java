// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Shrinks the grid of projected tokens by bilinear interpolation, a baseline that methods have to
 * beat. The tower sees the whole picture; {@link SmallPicture} shows it a smaller one. Corners are
 * not aligned and nothing is smoothed first, as LLaVA-OneVision shrinks its maps: each new token
 * comes of the four patches around its centre.
 *
 * <p>For a budget it takes the grid with the most cells without exceeding it, no side more than
 * twice the other, the squarest of those: 64 are 8 by 8, 128 are 16 by 8, 192 are 16 by 12.
 *
 * @param rows of the new grid
 * @param columns of the new grid
 */
public record DownSample(int rows, int columns) implements TokenCompressor {
  /** Name in the registry. */
  public static final String NAME = "downsample";

  static final CompressionMethod METHOD =
      new CompressionMethod(
          NAME,
          "shrinks the grid of projected tokens by bilinear interpolation; a baseline",
          "",
          "after the projector",
          "nothing",
          "nothing",
          List.of(
              new Setting("rows", "by --keep", "rows of the new grid"),
              new Setting("columns", "by --keep", "columns of the new grid")),
          (budget, settings) -> {
            int side = budget.tower().side();
            DownSample fitted = forBudget(budget.keep(), side);
            return new DownSample(
                settings.integer("rows", fitted.rows, 1, side),
                settings.integer("columns", fitted.columns, 1, side));
          });

  public DownSample {
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "grid: expected 1 or more rows and columns, got " + rows + " and " + columns);
    }
  }

  /** The grid for a budget where there are {@code side} patches a side. */
  public static DownSample forBudget(int keep, int side) {
    Comparator<DownSample> fewest = Comparator.comparing(grid -> grid.rows * grid.columns);
    Comparator<DownSample> worst =
        fewest
            .thenComparing(grid -> -Math.max(grid.rows, grid.columns))
            .thenComparing(grid -> grid.rows);
    return IntStream.rangeClosed(1, side)
        .boxed()
        .flatMap(
            rows ->
                IntStream.rangeClosed(1, side).mapToObj(columns -> new DownSample(rows, columns)))
        .filter(grid -> grid.rows * grid.columns <= keep)
        .filter(grid -> grid.rows <= 2 * grid.columns && grid.columns <= 2 * grid.rows)
        .max(worst)
        .orElseThrow(
            () -> new IllegalArgumentException("keep: expected 1 or more tokens, got " + keep));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<VisualSequence> betweenTowerAndDecoder(VisualBatch batch) {
    long patches = batch.features().patches();
    if ((long) rows * columns >= patches) {
      return TokenCompressor.everyPatch(batch);
    }
    Tensor projected = batch.projector().apply(batch.patches()); // [ΣV, N, E]
    List<VisualSequence> sequences = new ArrayList<>();
    for (VisualBatch.Picture picture : batch.pictures()) {
      PictureLayout layout = picture.layout();
      int side = layout.side();
      Tensor channels = // [V, E, side, side]
          VisualBatch.of(picture, projected).transpose(1, 2).unflatten(2, side, side);
      Tensor cells = // [V, rows · columns, E]
          torch
              .upsample_bilinear2d(channels.contiguous(), new long[] {rows, columns}, false)
              .flatten(2, 3)
              .transpose(1, 2)
              .contiguous();
      sequences.add(
          new PooledGrid(rows, columns)
              .arrange(cells, layout, batch.features().hasCls(), cell -> around(cell, side)));
    }
    return sequences;
  }

  /** The patches whose centres surround that of a cell. */
  private int[] around(int cell, int side) {
    int[] ofRows = neighbours(cell / columns, rows, side);
    int[] ofColumns = neighbours(cell % columns, columns, side);
    return IntStream.of(ofRows)
        .flatMap(row -> IntStream.of(ofColumns).map(column -> row * side + column))
        .toArray();
  }

  private static int[] neighbours(int index, int cells, int side) {
    double centre = Math.max(0, (index + 0.5) * side / cells - 0.5);
    int below = (int) centre;
    return centre == below || below + 1 == side ? new int[] {below} : new int[] {below, below + 1};
  }

  @Override
  public String toString() {
    return NAME + " " + rows + "x" + columns;
  }
}
