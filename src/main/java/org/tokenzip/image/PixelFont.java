// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.util.Map;

/**
 * The letters and signs that drawings need, five by seven pixels each. AWT's text needs fonts and a
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
          glyph('B', 30, 17, 17, 30, 17, 17, 30),
          glyph('C', 14, 17, 16, 16, 16, 17, 14),
          glyph('D', 30, 17, 17, 17, 17, 17, 30),
          glyph('E', 31, 16, 16, 30, 16, 16, 31),
          glyph('F', 31, 16, 16, 30, 16, 16, 16),
          glyph('G', 14, 17, 16, 23, 17, 17, 15),
          glyph('H', 17, 17, 17, 31, 17, 17, 17),
          glyph('I', 14, 4, 4, 4, 4, 4, 14),
          glyph('J', 7, 2, 2, 2, 2, 18, 12),
          glyph('K', 17, 18, 20, 24, 20, 18, 17),
          glyph('L', 16, 16, 16, 16, 16, 16, 31),
          glyph('M', 17, 27, 21, 21, 17, 17, 17),
          glyph('N', 17, 17, 25, 21, 19, 17, 17),
          glyph('O', 14, 17, 17, 17, 17, 17, 14),
          glyph('P', 30, 17, 17, 30, 16, 16, 16),
          glyph('Q', 14, 17, 17, 17, 21, 18, 13),
          glyph('R', 30, 17, 17, 30, 20, 18, 17),
          glyph('S', 15, 16, 16, 14, 1, 1, 30),
          glyph('T', 31, 4, 4, 4, 4, 4, 4),
          glyph('U', 17, 17, 17, 17, 17, 17, 14),
          glyph('V', 17, 17, 17, 17, 17, 10, 4),
          glyph('W', 17, 17, 17, 21, 21, 21, 10),
          glyph('X', 17, 17, 10, 4, 10, 17, 17),
          glyph('Y', 17, 17, 10, 4, 4, 4, 4),
          glyph('Z', 31, 1, 2, 4, 8, 16, 31),
          glyph('a', 0, 0, 14, 1, 15, 17, 15),
          glyph('b', 16, 16, 22, 25, 17, 17, 30),
          glyph('c', 0, 0, 14, 16, 16, 17, 14),
          glyph('d', 1, 1, 13, 19, 17, 17, 15),
          glyph('e', 0, 0, 14, 17, 31, 16, 14),
          glyph('f', 6, 9, 8, 28, 8, 8, 8),
          glyph('g', 0, 15, 17, 17, 15, 1, 14),
          glyph('h', 16, 16, 22, 25, 17, 17, 17),
          glyph('i', 4, 0, 12, 4, 4, 4, 14),
          glyph('j', 2, 0, 6, 2, 2, 18, 12),
          glyph('k', 16, 16, 18, 20, 24, 20, 18),
          glyph('l', 12, 4, 4, 4, 4, 4, 14),
          glyph('m', 0, 0, 26, 21, 21, 21, 21),
          glyph('n', 0, 0, 22, 25, 17, 17, 17),
          glyph('o', 0, 0, 14, 17, 17, 17, 14),
          glyph('p', 0, 0, 30, 17, 30, 16, 16),
          glyph('q', 0, 0, 13, 19, 15, 1, 1),
          glyph('r', 0, 0, 22, 25, 16, 16, 16),
          glyph('s', 0, 0, 14, 16, 14, 1, 30),
          glyph('t', 8, 8, 28, 8, 8, 9, 6),
          glyph('u', 0, 0, 17, 17, 17, 19, 13),
          glyph('v', 0, 0, 17, 17, 17, 10, 4),
          glyph('w', 0, 0, 17, 17, 21, 21, 10),
          glyph('x', 0, 0, 17, 10, 4, 10, 17),
          glyph('y', 0, 0, 17, 17, 15, 1, 14),
          glyph('z', 0, 0, 31, 2, 4, 8, 31),
          glyph('-', 0, 0, 0, 14, 0, 0, 0),
          glyph('_', 0, 0, 0, 0, 0, 0, 31),
          glyph('+', 0, 4, 4, 31, 4, 4, 0),
          glyph('.', 0, 0, 0, 0, 0, 12, 12),
          glyph(',', 0, 0, 0, 0, 12, 4, 8),
          glyph(':', 0, 12, 12, 0, 12, 12, 0),
          glyph('%', 24, 25, 2, 4, 8, 19, 3),
          glyph('(', 2, 4, 8, 8, 8, 4, 2),
          glyph(')', 8, 4, 2, 2, 2, 4, 8),
          glyph('/', 0, 1, 2, 4, 8, 16, 0),
          glyph('?', 14, 17, 1, 2, 4, 0, 4),
          glyph(' ', 0, 0, 0, 0, 0, 0, 0));

  private PixelFont() {}

  private static Map.Entry<Character, int[]> glyph(char letter, int... rows) {
    return Map.entry(letter, rows);
  }

  /** The text with a question mark for every character there is no glyph for. */
  static String printable(String text) {
    StringBuilder printable = new StringBuilder();
    text.chars().forEach(c -> printable.append(GLYPHS.containsKey((char) c) ? (char) c : '?'));
    return printable.toString();
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
