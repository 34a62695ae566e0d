// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * A picture that is drawn on, in 0xRRGGBB. Everything drawn is clipped. Plain arrays rather than
 * AWT graphics, which would look for a display.
 */
final class PixelCanvas {
  private final int width;
  private final int height;
  private final int[] pixels;

  PixelCanvas(int width, int height, int colour) {
    this.width = width;
    this.height = height;
    pixels = new int[Math.multiplyExact(width, height)];
    Arrays.fill(pixels, colour);
  }

  void draw(RgbImage image) {
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        pixels[y * width + x] =
            image.sample(x, y, 0) << 16 | image.sample(x, y, 1) << 8 | image.sample(x, y, 2);
      }
    }
  }

  /** Replaces every pixel of {@code area} by {@code recolour} of it. */
  void recolour(Window area, IntUnaryOperator recolour) {
    int right = Math.min(width, area.left() + area.width());
    int bottom = Math.min(height, area.top() + area.height());
    for (int y = Math.max(0, area.top()); y < bottom; y++) {
      for (int x = Math.max(0, area.left()); x < right; x++) {
        pixels[y * width + x] = recolour.applyAsInt(pixels[y * width + x]);
      }
    }
  }

  void fill(Window area, int colour) {
    recolour(area, pixel -> colour);
  }

  /** A frame {@code stroke} pixels wide, just inside {@code area}. */
  void frame(Window area, int stroke, int colour) {
    int left = area.left();
    int top = area.top();
    int right = left + area.width() - stroke;
    int bottom = top + area.height() - stroke;
    fill(new Window(left, top, area.width(), stroke), colour);
    fill(new Window(left, bottom, area.width(), stroke), colour);
    fill(new Window(left, top, stroke, area.height()), colour);
    fill(new Window(right, top, stroke, area.height()), colour);
  }

  /** A straight stroke with round ends between two points, its edges blended in. */
  void stroke(double x0, double y0, double x1, double y1, double thickness, int colour) {
    double reach = thickness / 2 + 1;
    int left = (int) Math.max(0, Math.min(x0, x1) - reach);
    int top = (int) Math.max(0, Math.min(y0, y1) - reach);
    for (int y = top; y < height && y <= Math.max(y0, y1) + reach; y++) {
      for (int x = left; x < width && x <= Math.max(x0, x1) + reach; x++) {
        double away = distance(x + 0.5 - x0, y + 0.5 - y0, x1 - x0, y1 - y0);
        double share = Math.max(0, Math.min(1, thickness / 2 + 0.5 - away));
        int at = y * width + x;
        pixels[at] = OverlayPalette.mix(pixels[at], colour, share);
      }
    }
  }

  /** From a point to the line between the origin and an end. */
  private static double distance(double x, double y, double endX, double endY) {
    double square = endX * endX + endY * endY;
    double along = square == 0 ? 0 : (x * endX + y * endY) / square;
    double inside = Math.max(0, Math.min(1, along));
    return Math.hypot(x - inside * endX, y - inside * endY);
  }

  BufferedImage toImage() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    image.getRaster().setDataElements(0, 0, width, height, pixels);
    return image;
  }
}
