// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.util.List;

/**
 * Pads a picture to a square, itself in the middle, as LLaVA's {@code image_aspect_ratio: pad}
 * does.
 *
 * @param red of the padding, 0..255
 * @param green of the padding
 * @param blue of the padding
 */
public record SquarePadding(int red, int green, int blue) {
  /** In the colour of the mean, each channel rounded down. */
  public static SquarePadding ofMean(List<Double> mean) {
    int[] colour = mean.stream().mapToInt(channel -> (int) (channel * 255)).toArray();
    return new SquarePadding(colour[0], colour[1], colour[2]);
  }

  /**
   * {@code image} in a square of its longer side; itself if it is one.
   *
   * @throws ImageException if that is larger than a picture may be
   */
  public RgbImage apply(RgbImage image) {
    if (image.width() == image.height()) {
      return image;
    }
    int side = Math.max(image.width(), image.height());
    ImageLimits.require("The padded picture", side, side);
    byte[] rgb = new byte[3 * side * side];
    for (int at = 0; at < rgb.length; at += 3) {
      rgb[at] = (byte) red;
      rgb[at + 1] = (byte) green;
      rgb[at + 2] = (byte) blue;
    }
    int left = (side - image.width()) / 2;
    int top = (side - image.height()) / 2;
    int row = 3 * image.width();
    for (int y = 0; y < image.height(); y++) {
      System.arraycopy(image.rgb(), y * row, rgb, 3 * ((top + y) * side + left), row);
    }
    return new RgbImage(side, side, rgb);
  }
}
