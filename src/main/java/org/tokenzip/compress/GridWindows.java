// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import org.tokenzip.kernel.PoolWindows.Cells;

/**
 * Windows of a pooling along the rows and the columns of a square grid of patches.
 *
 * <p>For a budget their number is what is chosen, and it gives their size (PPLLaVA, arXiv
 * 2411.02327, geometry by output size): ⌊side / number⌋ from one to the next, each as large as it
 * has to be for the last to end where the grid ends. Where the number divides the side they tile
 * it; otherwise neighbours overlap.
 *
 * @param rows along the rows
 * @param columns along the columns
 */
record GridWindows(Side rows, Side columns) {
  /** One side of such a grid may have at most so many times as many windows as the other. */
  private static final int LONGEST = 3;

  /**
   * Windows along one side.
   *
   * @param number of windows
   * @param size in patches
   * @param step from one window to the next
   */
  record Side(int number, int size, int step) {
    /** So many windows, evenly spread over {@code side} patches. */
    static Side spread(int number, int side) {
      int step = side / number;
      return new Side(number, side - (number - 1) * step, step);
    }

    /** Windows of a size, side by side; what is left over at the end is in none. */
    static Side tiles(int size, int side) {
      return new Side(side / size, size, size);
    }

    /**
     * Whether no patch is in more than two windows. Some numbers miss a divisor by so little that
     * each window would span half the side, as 13 windows of 12 patches on a side of 24.
     */
    private boolean isLocal() {
      return size <= 2 * step;
    }
  }

  /**
   * The windows for a budget: the most that it allows, of those the grid nearest to a square, of
   * those the one with more rows. Windows span at most twice their distance, and no side of the
   * grid has more than three times as many as the other. Of 24 by 24 patches 64 are 8 by 8 windows
   * of 3 by 3 patches, 128 are 11 by 11 (of 4 by 4, two apart) and 192 are 24 by 8 (of 1 by 3).
   *
   * @param most windows, 1 or more
   * @param side patches along a side of the grid
   * @param square whether there have to be as many rows as columns
   */
  static GridWindows forBudget(int most, int side, boolean square) {
    if (most < 1) {
      throw new IllegalArgumentException("keep: expected 1 or more tokens, got " + most);
    }
    GridWindows best = new GridWindows(Side.spread(1, side), Side.spread(1, side));
    for (int columns = 1; columns <= side; columns++) {
      for (int rows = columns;
          rows <= (square ? columns : Math.min(side, LONGEST * columns));
          rows++) {
        GridWindows windows = new GridWindows(Side.spread(rows, side), Side.spread(columns, side));
        if (rows * columns <= most
            && windows.rows.isLocal()
            && windows.columns.isLocal()
            && windows.cells() >= best.cells()) { // columns ascend: a later one is squarer
          best = windows;
        }
      }
    }
    return best;
  }

  int cells() {
    return rows.number * columns.number;
  }

  Cells size(int frames) {
    return new Cells(frames, rows.size, columns.size);
  }

  Cells step(int frames) {
    return new Cells(frames, rows.step, columns.step);
  }
}
