// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.util.Map;

/**
 * The few letters that a drawing needs, five by seven pixels each. AWT's text needs fonts and a
 * font service installed, which servers and containers often lack.
 */
final class PixelFont {
  static final int WIDTH = 5;
  static final int HEIGHT = 7;
  private static final int ADVANCE = WIDTH + 1;

  /** Rows from the top, five bits each, leftmost highest. */
  private static final Map<Character, int[]> GLYPHS =
      Map.ofEntries(
          glyph('0', 14, 17, 19, 21, 25, 17, 14),
          glyph('1', 4, 12, 4, 4, 4, 4, 14),
          glyph('2', 14, 17, 1, 2, 4, 8, 31),
          glyph('3', 31, 2, 4, 2, 1, 17, 14),
          glyph('4', 2, 6, 10, 18, 31, 2, 2),
          glyph('5', 31, 16, 30, 1, 1, 17, 14),
          glyph('6', 6, 8, 16, 30, 17, 17, 14),
          glyph('7', 31, 1, 2, 4, 8, 8, 8),
          glyph('8', 14, 17, 17, 14, 17, 17, 14),
          glyph('9', 14, 17, 17, 15, 1, 2, 12),
          glyph('A', 14, 17, 17, 31, 17, 17, 17),
          glyph('D', 30, 17, 17, 17, 17, 17, 30),
          glyph('E', 31, 16, 16, 30, 16, 16, 31),
          glyph('G', 14, 17, 16, 23, 17, 17, 15),
          glyph('K', 17, 18, 20, 24, 20, 18, 17),
          glyph('M', 17, 27, 21, 21, 17, 17, 17),
          glyph('O', 14, 17, 17, 17, 17, 17, 14),
          glyph('P', 30, 17, 17, 30, 16, 16, 16),
          glyph('R', 30, 17, 17, 30, 20, 18, 17),
          glyph('S', 15, 16, 16, 14, 1, 1, 30),
          glyph('T', 31, 4, 4, 4, 4, 4, 4),
          glyph(' ', 0, 0, 0, 0, 0, 0, 0));

  private PixelFont() {}

  private static Map.Entry<Character, int[]> glyph(char letter, int... rows) {
    return Map.entry(letter, rows);
  }

  /** Width of {@code text} with each font pixel {@code size} pixels a side. */
  static int width(String text, int size) {
    return (text.length() * ADVANCE - 1) * size;
  }

  static void draw(PixelCanvas canvas, String text, int x, int y, int size, int colour) {
    for (int i = 0; i < text.length(); i++) {
      int[] rows = GLYPHS.get(text.charAt(i));
      if (rows == null) {
        throw new IllegalArgumentException("No glyph for '" + text.charAt(i) + "'.");
      }
      for (int row = 0; row < HEIGHT; row++) {
        for (int column = 0; column < WIDTH; column++) {
          if ((rows[row] >> (WIDTH - 1 - column) & 1) != 0) {
            int left = x + (i * ADVANCE + column) * size;
            canvas.fill(new Window(left, y + row * size, size, size), colour);
          }
        }
      }
    }
  }
}
