// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.kernel.PoolWindows;
import org.tokenzip.kernel.PromptPool3d;

/**
 * Averages projected tokens in windows, a baseline that methods have to beat.
 *
 * <p>For a budget it takes the most windows that it allows, which tile the grid where they can and
 * overlap a little where they cannot ({@code GridWindows}): of 16 by 16 patches 128 are windows of
 * 1 by 2, 64 of 2 by 2; of 24 by 24 patches 128 are 11 by 11 windows of 4 by 4 patches, two apart.
 */
public final class AveragePool implements TokenCompressor {
  /** Name in the registry. */
  public static final String NAME = "average-pool";

  static final CompressionMethod METHOD =
      new CompressionMethod(
          NAME,
          "averages projected tokens in windows; a baseline",
          "",
          "after the projector",
          "nothing",
          "nothing",
          List.of(
              new Setting("rows", "by --keep", "rows of a window; divides the grid"),
              new Setting("columns", "by --keep", "columns of a window")),
          AveragePool::make);

  private final int side;
  private final GridWindows windows;

  private AveragePool(int side, GridWindows windows) {
    this.side = side;
    this.windows = windows;
  }

  /** The windows for a budget on a grid of {@code side} patches a side. */
  public static AveragePool forBudget(int keep, int side) {
    return new AveragePool(side, GridWindows.forBudget(keep, side, false));
  }

  /** Windows of so many patches, side by side on a grid of {@code side} patches a side. */
  public static AveragePool tiles(int rows, int columns, int side) {
    if (rows < 1 || columns < 1 || side % rows != 0 || side % columns != 0) {
      throw new IllegalArgumentException(
          "window: expected sides that divide the grid of "
              + side
              + " patches a side, got "
              + rows
              + " by "
              + columns);
    }
    return new AveragePool(
        side,
        new GridWindows(GridWindows.Side.tiles(rows, side), GridWindows.Side.tiles(columns, side)));
  }

  /** A side that is set is tiled; one that is not goes by the budget. */
  private static AveragePool make(Budget budget, Settings settings) {
    int side = budget.tower().side();
    AveragePool fitted = forBudget(budget.keep(), side);
    int rows = settings.integer("rows", 0, 1, side);
    int columns = settings.integer("columns", 0, 1, side);
    AveragePool tiled = tiles(Math.max(1, rows), Math.max(1, columns), side);
    return new AveragePool(
        side,
        new GridWindows(
            rows == 0 ? fitted.windows.rows() : tiled.windows.rows(),
            columns == 0 ? fitted.windows.columns() : tiled.windows.columns()));
  }

  @Override
  public String name() {
    return NAME;
  }

  /** Rows and columns of windows. */
  int[] grid() {
    return new int[] {windows.rows().number(), windows.columns().number()};
  }

  @Override
  public List<VisualSequence> betweenTowerAndDecoder(VisualBatch batch) {
    if (windows.cells() == batch.features().patches()) {
      return TokenCompressor.everyPatch(batch);
    }
    PooledGrid grid = new PooledGrid(windows.rows().number(), windows.columns().number());
    PoolWindows pooling =
        new PoolWindows(windows.size(1), windows.step(1), null, PoolWindows.TEMPERATURE);
    Tensor projected = batch.projector().apply(batch.patches()); // [ΣV, N, E]
    List<VisualSequence> sequences = new ArrayList<>();
    for (VisualBatch.Picture picture : batch.pictures()) {
      PictureLayout layout = picture.layout();
      requireSide(layout.side());
      Tensor patches = VisualBatch.of(picture, projected).unflatten(1, 1, side, side);
      Tensor pooled = // [V, 1, rows, columns, E]
          PromptPool3d.apply(pooling, patches, null).values();
      sequences.add(
          grid.arrange(
              pooled.flatten(1, 3),
              layout,
              batch.features().hasCls(),
              cell -> window(cell / grid.columns(), cell % grid.columns())));
    }
    return sequences;
  }

  private void requireSide(int got) {
    if (got != side) {
      throw new IllegalArgumentException(
          NAME + ": expected a grid of " + side + " patches a side, got " + got);
    }
  }

  private int[] window(int row, int column) {
    int height = windows.rows().size();
    int width = windows.columns().size();
    int first = row * windows.rows().step() * side + column * windows.columns().step();
    return IntStream.range(0, height * width)
        .map(i -> first + i / width * side + i % width)
        .toArray();
  }

  @Override
  public String toString() {
    return NAME + " " + windows.rows().size() + "x" + windows.columns().size();
  }
}
