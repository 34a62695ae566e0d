// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.awt.image.BufferedImage;
import java.util.List;

/** Draws a {@link LineChart}: the frame, the lines, the legend. */
final class ChartPainter {
  private static final int MARGIN = 20;
  private static final int HEIGHT = 560;
  private static final Window PLOT = new Window(70, 50, 640, 430);
  private static final int LEGEND = 740;
  private static final int LEGEND_LINE = 26;
  private static final int LEGEND_TEXT = LEGEND + 58;
  private static final int TEXT = 2;
  private static final int INK = 0x24292F;
  private static final int FAINT = 0xDDE1E6;
  private static final int PAPER = 0xFFFFFF;
  private static final double THICKNESS = 2.4;
  private static final double MARK = 8;
  private static final double DASH = 9;

  private final LineChart chart;
  private final PixelCanvas canvas;

  private ChartPainter(LineChart chart) {
    this.chart = chart;
    canvas = new PixelCanvas(width(chart), HEIGHT, PAPER);
  }

  /** So wide that the heading and the longest name of the legend end inside. */
  private static int width(LineChart chart) {
    int names = chart.series().stream().mapToInt(series -> width(series.name())).max().orElse(0);
    return Math.max(PLOT.left() + width(chart.heading()), LEGEND_TEXT + names) + MARGIN;
  }

  static BufferedImage paint(LineChart chart) {
    ChartPainter painter = new ChartPainter(chart);
    painter.frame();
    for (int i = 0; i < chart.series().size(); i++) {
      painter.line(chart.series().get(i), colour(i));
      painter.legend(chart.series().get(i), i);
    }
    return painter.canvas.toImage();
  }

  private void frame() {
    text(chart.heading(), PLOT.left(), 18);
    int marks = (int) Math.floor((chart.high() - chart.low()) / chart.step() + 1e-9);
    for (int i = 0; i <= marks; i++) {
      double value = chart.low() + i * chart.step();
      int row = (int) Math.round(y(value));
      canvas.fill(new Window(PLOT.left(), row, PLOT.width(), 1), FAINT);
      String label = Long.toString(Math.round(value));
      text(label, PLOT.left() - 10 - width(label), row - PixelFont.HEIGHT);
    }
    for (LineChart.Tick tick : chart.xTicks()) {
      int column = (int) Math.round(x(tick.at()));
      canvas.fill(new Window(column, PLOT.top(), 1, PLOT.height()), FAINT);
      text(tick.label(), column - width(tick.label()) / 2, PLOT.top() + PLOT.height() + 12);
    }
    text(
        chart.title(),
        PLOT.left() + (PLOT.width() - width(chart.title())) / 2,
        PLOT.top() + PLOT.height() + 44);
  }

  private void line(LineChart.Series series, int colour) {
    List<LineChart.Point> points = series.points();
    for (int i = 0; i < points.size(); i++) {
      double toX = x(points.get(i).x());
      double toY = y(points.get(i).y());
      canvas.stroke(toX, toY, toX, toY, MARK, colour);
      if (i > 0) {
        stroke(
            x(points.get(i - 1).x()), y(points.get(i - 1).y()), toX, toY, colour, series.dashed());
      }
    }
  }

  private void legend(LineChart.Series series, int index) {
    int pitch = Math.min(LEGEND_LINE, PLOT.height() / chart.series().size());
    int row = PLOT.top() + 10 + index * pitch;
    stroke(LEGEND, row, LEGEND + 45, row, colour(index), series.dashed());
    canvas.stroke(LEGEND + 22.5, row, LEGEND + 22.5, row, MARK, colour(index));
    text(series.name(), LEGEND_TEXT, row - PixelFont.HEIGHT);
  }

  private void stroke(double x0, double y0, double x1, double y1, int colour, boolean dashed) {
    double length = Math.hypot(x1 - x0, y1 - y0);
    double dash = dashed ? DASH : Math.max(length, 1);
    for (double from = 0; from < length; from += 2 * dash) {
      double a = from / length;
      double b = Math.min(1, (from + dash) / length);
      canvas.stroke(
          x0 + a * (x1 - x0),
          y0 + a * (y1 - y0),
          x0 + b * (x1 - x0),
          y0 + b * (y1 - y0),
          THICKNESS,
          colour);
    }
  }

  private double x(double value) {
    double first = chart.xTicks().get(0).at();
    double last = chart.xTicks().get(chart.xTicks().size() - 1).at();
    double share = first == last ? 0.5 : (value - first) / (last - first);
    return PLOT.left() + 30 + share * (PLOT.width() - 60);
  }

  private double y(double value) {
    double share = (value - chart.low()) / (chart.high() - chart.low());
    return PLOT.top() + PLOT.height() * (1 - share);
  }

  /** Darker than those of patches: lines are thin and the paper is white. */
  private static int colour(int index) {
    return OverlayPalette.mix(OverlayPalette.colour(index), INK, 0.12);
  }

  private void text(String text, int left, int top) {
    PixelFont.draw(canvas, PixelFont.printable(text), left, top, TEXT, INK);
  }

  private static int width(String text) {
    return PixelFont.width(text, TEXT);
  }
}
