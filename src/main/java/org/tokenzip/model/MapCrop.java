// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * The part of a stitched map that shows the picture and not the border around it.
 *
 * @param left first column
 * @param top first row
 * @param width columns
 * @param height rows
 */
record MapCrop(int left, int top, int width, int height) {
  /** The part of a map of {@code width} by {@code height} cells that shows a picture. */
  static MapCrop of(int width, int height, int pictureWidth, int pictureHeight) {
    if ((double) pictureWidth / pictureHeight > (double) width / height) {
      int rows = scaled(pictureHeight, (double) width / pictureWidth);
      int border = (height - rows) / 2;
      return new MapCrop(0, border, width, height - 2 * border);
    }
    int columns = scaled(pictureWidth, (double) height / pictureHeight);
    int border = (width - columns) / 2;
    return new MapCrop(border, 0, width - 2 * border, height);
  }

  /**
   * Rounded to seven decimals before it is cut off, as the reference does it: 13.9999999999 cells
   * are 14.
   */
  private static int scaled(int length, double scale) {
    return new BigDecimal(length * scale).setScale(7, RoundingMode.HALF_EVEN).intValue();
  }

  /**
   * The cells of this part, row by row, as numbers in a list of views: view 0 is the whole picture,
   * the crops follow, each with side by side cells.
   */
  int[] cells(int gridWidth, int side) {
    int[] cells = new int[width * height];
    for (int i = 0; i < cells.length; i++) {
      int y = top + i / width;
      int x = left + i % width;
      int view = 1 + y / side * gridWidth + x / side;
      cells[i] = view * side * side + y % side * side + x % side;
    }
    return cells;
  }
}
