// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.kernel.PoolWindows;
import org.tokenzip.kernel.PromptPool3d;

/**
 * Averages projected tokens in windows that tile the grid, a baseline that methods have to beat.
 *
 * <p>For a budget it takes the windows that leave the most tokens without exceeding it, the
 * squarest of those: of 16 by 16 patches 128 are windows of 1 by 2, 64 of 2 by 2, 32 of 2 by 4.
 * Windows have to divide the grid, so a budget of 128 leaves 96 tokens of 24 by 24 patches.
 *
 * @param windowRows patches of a window, one above the other
 * @param windowColumns patches of a window, side by side
 */
public record AveragePool(int windowRows, int windowColumns) implements TokenCompressor {
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
          (budget, settings) -> {
            int side = budget.tower().side();
            AveragePool fitted = forBudget(budget.keep(), side);
            AveragePool wanted =
                new AveragePool(
                    settings.integer("rows", fitted.windowRows, 1, side),
                    settings.integer("columns", fitted.windowColumns, 1, side));
            wanted.grid(side);
            return wanted;
          });

  public AveragePool {
    if (windowRows < 1 || windowColumns < 1) {
      throw new IllegalArgumentException(
          "window: expected 1 or more patches a side, got " + windowRows + " and " + windowColumns);
    }
  }

  /** The windows for a budget on a grid of {@code side} patches a side. */
  public static AveragePool forBudget(int keep, int side) {
    Comparator<AveragePool> most = Comparator.comparing(windows -> -windows.grid(side).cells());
    Optional<AveragePool> best =
        divisors(side)
            .flatMap(rows -> divisors(side).map(columns -> new AveragePool(rows, columns)))
            .filter(windows -> windows.grid(side).cells() <= keep)
            .min(
                most.thenComparing(windows -> Math.max(windows.windowRows, windows.windowColumns))
                    .thenComparing(AveragePool::windowRows));
    return best.orElseThrow(
        () -> new IllegalArgumentException("keep: expected 1 or more tokens, got " + keep));
  }

  private static Stream<Integer> divisors(int side) {
    return IntStream.rangeClosed(1, side).filter(divisor -> side % divisor == 0).boxed();
  }

  private PooledGrid grid(int side) {
    if (side % windowRows != 0 || side % windowColumns != 0) {
      throw new IllegalArgumentException(
          "window: expected sides that divide the grid of "
              + side
              + " patches a side, got "
              + windowRows
              + " by "
              + windowColumns);
    }
    return new PooledGrid(side / windowRows, side / windowColumns);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<VisualSequence> betweenTowerAndDecoder(VisualBatch batch) {
    if (windowRows * windowColumns == 1) {
      return TokenCompressor.everyPatch(batch);
    }
    Tensor projected = batch.projector().apply(batch.patches()); // [ΣV, N, E]
    List<VisualSequence> sequences = new ArrayList<>();
    for (VisualBatch.Picture picture : batch.pictures()) {
      PictureLayout layout = picture.layout();
      PooledGrid grid = grid(layout.side());
      Tensor patches =
          VisualBatch.of(picture, projected).unflatten(1, 1, layout.side(), layout.side());
      Tensor pooled = // [V, 1, rows, columns, E]
          PromptPool3d.apply(PoolWindows.tiles(1, windowRows, windowColumns), patches, null)
              .values();
      sequences.add(
          grid.arrange(
              pooled.flatten(1, 3),
              layout,
              batch.features().hasCls(),
              cell -> window(cell, grid.columns(), layout.side())));
    }
    return sequences;
  }

  private int[] window(int cell, int columns, int side) {
    int first = cell / columns * windowRows * side + cell % columns * windowColumns;
    return IntStream.range(0, windowRows * windowColumns)
        .map(i -> first + i / windowColumns * side + i % windowColumns)
        .toArray();
  }

  @Override
  public String toString() {
    return NAME + " " + windowRows + "x" + windowColumns;
  }
}
