// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.util.Arrays;

/**
 * Resizes exactly as PIL's {@code Image.resize} does an RGB picture: a horizontal, then a vertical
 * pass with antialiasing, rounded to 8 bits in between. Every output byte equals PIL's.
 */
public final class PilResampler {
  private static final int ROUND = 1 << (ResampleWeights.PRECISION - 1);

  private PilResampler() {}

  /**
   * {@code image} at {@code width} x {@code height}.
   *
   * @throws ImageException if a side is below 1 or the result is larger than a picture may be
   */
  public static RgbImage resize(RgbImage image, int width, int height, Filter filter) {
    ImageLimits.require("The resized picture", width, height);
    return resizeWindow(image, width, height, filter, new Window(0, 0, width, height));
  }

  /**
   * The part of the resized picture inside {@code window}; the rest is never computed, so the
   * nominal size may be far larger than memory.
   */
  static RgbImage resizeWindow(
      RgbImage image, int width, int height, Filter filter, Window window) {
    if (height == image.height()) {
      int bottom = window.top() + window.height();
      byte[] same = across(image, width, filter, window, window.top(), bottom);
      return new RgbImage(window.width(), window.height(), same);
    }
    ResampleWeights rows =
        ResampleWeights.of(image.height(), height, window.top(), window.height(), filter);
    int top = rows.firstSource();
    byte[] wide = across(image, width, filter, window, top, rows.endSource());
    return new RgbImage(window.width(), window.height(), down(wide, 3 * window.width(), top, rows));
  }

  /** Rows {@code top .. bottom-1}, resized across. */
  private static byte[] across(
      RgbImage image, int width, Filter filter, Window window, int top, int bottom) {
    byte[] out = new byte[Math.multiplyExact(3 * window.width(), bottom - top)];
    if (width == image.width()) {
      for (int y = top; y < bottom; y++) {
        int from = 3 * (y * width + window.left());
        System.arraycopy(
            image.rgb(), from, out, (y - top) * 3 * window.width(), 3 * window.width());
      }
      return out;
    }
    ResampleWeights columns =
        ResampleWeights.of(image.width(), width, window.left(), window.width(), filter);
    for (int y = top; y < bottom; y++) {
      row(image.rgb(), 3 * y * image.width(), columns, out, (y - top) * 3 * window.width());
    }
    return out;
  }

  private static void row(byte[] in, int start, ResampleWeights columns, byte[] out, int at) {
    int[] weights = columns.weights;
    for (int x = 0; x < columns.first.length; x++) {
      int source = start + 3 * columns.first[x];
      int from = x * columns.stride;
      int end = from + columns.count[x];
      int red = ROUND;
      int green = ROUND;
      int blue = ROUND;
      for (int k = from; k < end; k++, source += 3) {
        int weight = weights[k];
        red += (in[source] & 0xFF) * weight;
        green += (in[source + 1] & 0xFF) * weight;
        blue += (in[source + 2] & 0xFF) * weight;
      }
      out[at + 3 * x] = clamp(red);
      out[at + 3 * x + 1] = clamp(green);
      out[at + 3 * x + 2] = clamp(blue);
    }
  }

  /** Resizes down; {@code in} begins at source row {@code top}, rows are {@code length} bytes. */
  private static byte[] down(byte[] in, int length, int top, ResampleWeights rows) {
    byte[] out = new byte[Math.multiplyExact(length, rows.first.length)];
    int[] sums = new int[length];
    for (int y = 0; y < rows.first.length; y++) {
      Arrays.fill(sums, ROUND);
      for (int k = 0; k < rows.count[y]; k++) {
        int weight = rows.weights[y * rows.stride + k];
        int source = (rows.first[y] + k - top) * length;
        for (int x = 0; x < length; x++) {
          sums[x] += (in[source + x] & 0xFF) * weight;
        }
      }
      for (int x = 0; x < length; x++) {
        out[y * length + x] = clamp(sums[x]);
      }
    }
    return out;
  }

  private static byte clamp(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> ResampleWeights.PRECISION));
  }
}
