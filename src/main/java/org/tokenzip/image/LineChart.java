// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;

/**
 * Lines over a horizontal axis, with a legend beside them. Drawn pixel by pixel: charting libraries
 * need fonts and a font service, which servers and containers often lack.
 *
 * @param title of the horizontal axis
 * @param heading above the chart, says what the vertical axis counts
 * @param xTicks marks of the horizontal axis, from left to right
 * @param low lowest value of the vertical axis
 * @param high highest value, above {@code low}
 * @param step between marks of the vertical axis, above 0
 * @param series in the order of the legend
 */
public record LineChart(
    String title,
    String heading,
    List<Tick> xTicks,
    double low,
    double high,
    double step,
    List<Series> series) {

  /** A mark of the horizontal axis. */
  public record Tick(double at, String label) {}

  /** A point of a line. */
  public record Point(double x, double y) {}

  /**
   * A line.
   *
   * @param dashed drawn with gaps
   * @param points from left to right
   */
  public record Series(String name, boolean dashed, List<Point> points) {
    public Series {
      points = List.copyOf(points);
    }
  }

  public LineChart {
    xTicks = List.copyOf(xTicks);
    series = List.copyOf(series);
    if (!(low < high) || !(step > 0) || xTicks.isEmpty()) {
      throw new IllegalArgumentException(
          "chart: expected a rising axis with marks, got "
              + low
              + " to "
              + high
              + " by "
              + step
              + ", "
              + xTicks.size()
              + " ticks");
    }
  }

  /** The drawing. */
  public BufferedImage draw() {
    return ChartPainter.paint(this);
  }

  /**
   * Writes the drawing as PNG; {@code file} appears whole or not at all.
   *
   * @throws ImageException if it cannot be written
   */
  public void write(Path file) {
    PngFile.write(draw(), file);
  }
}
