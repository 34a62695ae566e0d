// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A table of plain text. Cells may have several lines; one column may be elastic: its text is
 * broken at blanks so that the table fits the width it is given.
 */
final class TextTable {
  /** Where a column's text stands. */
  enum Align {
    LEFT,
    RIGHT
  }

  /**
   * A column.
   *
   * @param header its title, of one or more lines
   */
  record Column(String header, Align align, boolean elastic) {
    static Column left(String header) {
      return new Column(header, Align.LEFT, false);
    }

    static Column right(String header) {
      return new Column(header, Align.RIGHT, false);
    }

    static Column elastic(String header) {
      return new Column(header, Align.LEFT, true);
    }
  }

  private static final Pattern STYLE = Pattern.compile("\u001B\\[[0-9;]*m");
  private static final String GAP = "  ";
  private static final int NARROWEST = 12;

  private final List<Column> columns;
  private final List<List<String>> rows = new ArrayList<>();

  TextTable(Column... columns) {
    this.columns = List.of(columns);
  }

  /** Adds a row, one cell per column. */
  TextTable row(String... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalStateException(
          "expected " + columns.size() + " cells in a row, got " + cells.length);
    }
    rows.add(List.of(cells));
    return this;
  }

  /** The table, no wider than {@code width} unless its rigid columns alone are. */
  List<String> render(int width) {
    int[] widths = widths(width);
    boolean tall = rows.stream().anyMatch(row -> height(row, widths) > 1);
    List<String> lines = new ArrayList<>();
    List<String> headers = columns.stream().map(Column::header).toList();
    append(lines, bottomed(headers), widths);
    lines.add(rule(widths));
    for (int i = 0; i < rows.size(); i++) {
      if (tall && i > 0) {
        lines.add("");
      }
      append(lines, rows.get(i), widths);
    }
    return lines;
  }

  private int[] widths(int width) {
    int[] widths = new int[columns.size()];
    int rigid = GAP.length() * (columns.size() - 1);
    for (int c = 0; c < widths.length; c++) {
      int column = c;
      widths[c] = widest(columns.get(c).header());
      rows.forEach(row -> widths[column] = Math.max(widths[column], widest(row.get(column))));
      rigid += columns.get(c).elastic() ? 0 : widths[c];
    }
    for (int c = 0; c < widths.length; c++) {
      if (columns.get(c).elastic()) {
        widths[c] = Math.max(NARROWEST, Math.min(widths[c], width - rigid));
      }
    }
    return widths;
  }

  private void append(List<String> lines, List<String> cells, int[] widths) {
    for (int line = 0; line < height(cells, widths); line++) {
      StringBuilder out = new StringBuilder();
      for (int c = 0; c < widths.length; c++) {
        List<String> cell = lines(c, cells.get(c), widths[c]);
        String text = line < cell.size() ? cell.get(line) : "";
        String pad = " ".repeat(Math.max(0, widths[c] - length(text)));
        out.append(c == 0 ? "" : GAP);
        out.append(columns.get(c).align() == Align.RIGHT ? pad + text : text + pad);
      }
      lines.add(out.toString().stripTrailing());
    }
  }

  private int height(List<String> cells, int[] widths) {
    int height = 1;
    for (int c = 0; c < widths.length; c++) {
      height = Math.max(height, lines(c, cells.get(c), widths[c]).size());
    }
    return height;
  }

  private List<String> lines(int column, String cell, int width) {
    return columns.get(column).elastic() ? wrap(cell, width) : cell.lines().toList();
  }

  private static List<String> bottomed(List<String> headers) {
    long height = headers.stream().mapToLong(header -> header.lines().count()).max().orElse(1);
    return headers.stream()
        .map(header -> "\n".repeat((int) (height - header.lines().count())) + header)
        .toList();
  }

  private static String rule(int[] widths) {
    List<String> parts = new ArrayList<>();
    for (int width : widths) {
      parts.add("─".repeat(width));
    }
    return String.join(GAP, parts);
  }

  /** Breaks at blanks; a word longer than {@code width} is cut. */
  static List<String> wrap(String text, int width) {
    List<String> lines = new ArrayList<>();
    for (String paragraph : text.lines().toList()) {
      String rest = paragraph;
      while (length(rest) > width) {
        int blank = rest.lastIndexOf(' ', width);
        lines.add(rest.substring(0, blank > 0 ? blank : width));
        rest = rest.substring(blank > 0 ? blank + 1 : width);
      }
      lines.add(rest);
    }
    return lines;
  }

  private static int widest(String cell) {
    return cell.lines().mapToInt(TextTable::length).max().orElse(0);
  }

  private static int length(String text) {
    String plain = STYLE.matcher(text).replaceAll("");
    return plain.codePointCount(0, plain.length());
  }
}
