// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

/**
 * Smooths the colours of lossy WebP, which stores chroma at half resolution: TwelveMonkeys 3.14
 * repeats each chroma sample over four pixels, libwebp interpolates. Luma and chroma are taken back
 * from the result of the former, then converted as the latter does.
 *
 * <p>An approximation: the way back rounds, and it cannot recover pixels that had left the range of
 * RGB. Most pictures differ from libwebp's by a few grey levels; hard edges of pictures written
 * with the loop filter on were seen to differ by up to 22.
 */
final class LossyWebp {
  private static final double LUMA_RANGE = 219 / 255.0;
  private static final double CHROMA_RANGE = 224 / 255.0;

  private final int width;
  private final int height;
  private final int chromaWidth;
  private final int chromaHeight;
  private final byte[] luma;
  private final byte[] blueness;
  private final byte[] redness;

  private LossyWebp(RgbImage blocky) {
    width = blocky.width();
    height = blocky.height();
    chromaWidth = (width + 1) / 2;
    chromaHeight = (height + 1) / 2;
    luma = new byte[width * height];
    blueness = new byte[chromaWidth * chromaHeight];
    redness = new byte[chromaWidth * chromaHeight];
    byte[] rgb = blocky.rgb();
    for (int i = 0; i < luma.length; i++) {
      luma[i] = (byte) Math.round(16 + LUMA_RANGE * brightness(rgb, 3 * i));
    }
    for (int y = 0; y < chromaHeight; y++) {
      for (int x = 0; x < chromaWidth; x++) {
        takeChroma(rgb, x, y);
      }
    }
  }

  /** {@code blocky} with interpolated chroma. */
  static RgbImage smooth(RgbImage blocky) {
    return new LossyWebp(blocky).toRgb();
  }

  private static double brightness(byte[] rgb, int at) {
    return 0.299 * (rgb[at] & 0xFF) + 0.587 * (rgb[at + 1] & 0xFF) + 0.114 * (rgb[at + 2] & 0xFF);
  }

  /** The mean over the pixels that share the chroma sample. */
  private void takeChroma(byte[] rgb, int x, int y) {
    double blue = 0;
    double red = 0;
    int pixels = 0;
    for (int row = 2 * y; row < Math.min(height, 2 * y + 2); row++) {
      for (int column = 2 * x; column < Math.min(width, 2 * x + 2); column++) {
        int at = 3 * (row * width + column);
        double brightness = brightness(rgb, at);
        red += (rgb[at] & 0xFF) - brightness;
        blue += (rgb[at + 2] & 0xFF) - brightness;
        pixels++;
      }
    }
    int sample = y * chromaWidth + x;
    blueness[sample] = clamp((int) Math.round(128 + CHROMA_RANGE * blue / pixels / 1.772));
    redness[sample] = clamp((int) Math.round(128 + CHROMA_RANGE * red / pixels / 1.402));
  }

  private RgbImage toRgb() {
    byte[] rgb = new byte[3 * luma.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int pixel = y * width + x;
        int u = chroma(blueness, x, y);
        int v = chroma(redness, x, y);
        int bright = scaled(luma[pixel] & 0xFF, 19077);
        rgb[3 * pixel] = fromFixed(bright + scaled(v, 26149) - 14234);
        rgb[3 * pixel + 1] = fromFixed(bright - scaled(u, 6419) - scaled(v, 13320) + 8708);
        rgb[3 * pixel + 2] = fromFixed(bright + scaled(u, 33050) - 17685);
      }
    }
    return new RgbImage(width, height, rgb);
  }

  /**
   * Chroma at a pixel: 9 parts of its own sample, 3 of each neighbour's, 1 of the diagonal one's.
   */
  private int chroma(byte[] plane, int x, int y) {
    int column = x / 2;
    int row = y / 2;
    int besides = neighbour(x, chromaWidth);
    int beyond = neighbour(y, chromaHeight);
    int own = plane[row * chromaWidth + column] & 0xFF;
    int side = plane[row * chromaWidth + besides] & 0xFF;
    int ahead = plane[beyond * chromaWidth + column] & 0xFF;
    int diagonal = plane[beyond * chromaWidth + besides] & 0xFF;
    // Two roundings, as the library's packed arithmetic has them.
    int blend = (own + side + ahead + diagonal + 8 + 2 * (side + ahead)) >> 3;
    return (blend + own) >> 1;
  }

  /** The nearest chroma sample on the other side of pixel {@code i}, or its own at the border. */
  private static int neighbour(int i, int samples) {
    return Math.max(0, Math.min(samples - 1, i / 2 + (i % 2 == 0 ? -1 : 1)));
  }

  private static int scaled(int sample, int factor) {
    return (sample * factor) >> 8;
  }

  private static byte fromFixed(int value) {
    return clamp(value >> 6);
  }

  private static byte clamp(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }
}
