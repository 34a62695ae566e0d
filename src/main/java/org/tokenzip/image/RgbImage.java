// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.util.Arrays;
import java.util.Objects;

/**
 * A picture of 8-bit red, green, blue samples.
 *
 * @param width columns, at least 1
 * @param height rows, at least 1
 * @param rgb {@code 3 * width * height} samples, interleaved, row by row; not copied, so the giver
 *     must not change it any more
 */
@SuppressWarnings("ArrayRecordComponent") // Millions of samples: handed over, never copied.
public record RgbImage(int width, int height, byte[] rgb) {
  public RgbImage {
    if (width < 1 || height < 1) {
      throw new ImageException(
          "A picture needs at least 1x1 pixels, but got " + width + "x" + height + ".");
    }
    long expected = 3L * width * height;
    if (rgb.length != expected) {
      throw new ImageException(
          String.format(
              "A %dx%d picture has %d samples, but got %d.", width, height, expected, rgb.length));
    }
  }

  /** Sample {@code channel} (0 red, 1 green, 2 blue) at column {@code x}, row {@code y}: 0..255. */
  public int sample(int x, int y, int channel) {
    Objects.checkIndex(x, width);
    Objects.checkIndex(y, height);
    Objects.checkIndex(channel, 3);
    return rgb[3 * (y * width + x) + channel] & 0xFF;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RgbImage that
        && width == that.width
        && height == that.height
        && Arrays.equals(rgb, that.rgb);
  }

  @Override
  public int hashCode() {
    return Objects.hash(width, height, Arrays.hashCode(rgb));
  }

  @Override
  public String toString() {
    return "RgbImage[" + width + "x" + height + "]";
  }
}
