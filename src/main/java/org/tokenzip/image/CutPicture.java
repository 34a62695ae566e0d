// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.util.List;

/**
 * A picture as a tower reads it.
 *
 * @param width of the picture it was made of, in pixels
 * @param height of that picture
 * @param columns crops side by side; 0 where there are none
 * @param rows crops one above the other; 0 where there are none
 * @param views the whole picture, then its crops row by row; all of one size
 */
public record CutPicture(int width, int height, int columns, int rows, List<PixelValues> views) {
  public CutPicture {
    views = List.copyOf(views);
    if (views.size() != 1 + columns * rows) {
      throw new IllegalArgumentException(
          "views: expected " + (1 + columns * rows) + ", got " + views.size());
    }
  }
}
