// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.awt.image.Raster;
import java.io.IOException;
import javax.imageio.ImageReader;

/**
 * Converts the raw components of a JPEG to RGB. ImageIO would honour embedded colour profiles; the
 * reference does not, and neither does it know any but the plain formula for CMYK.
 */
final class JpegDecoder {
  private static final int FRACTION = 16;
  private static final int HALF = 1 << (FRACTION - 1);

  private static final int[] CR_TO_RED = chromaTable(1.402, HALF, FRACTION);
  private static final int[] CB_TO_BLUE = chromaTable(1.772, HALF, FRACTION);
  // The two parts of green are rounded together, after their sum.
  private static final int[] CR_TO_GREEN = chromaTable(-0.71414, 0, 0);
  private static final int[] CB_TO_GREEN = chromaTable(-0.34414, HALF, 0);

  private JpegDecoder() {}

  static RgbImage decode(JpegHeader header, ImageReader reader) throws IOException {
    Raster raster = reader.readRaster(0, null);
    int width = raster.getWidth();
    int height = raster.getHeight();
    int bands = raster.getNumBands();
    byte[] rgb = new byte[3 * width * height];
    byte[] row = new byte[bands * width];
    for (int y = 0; y < height; y++) {
      raster.getDataElements(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      int at = 3 * y * width;
      switch (header.colour()) {
        case GREY -> PixelSamples.grey(row, 1, rgb, at, width);
        case RGB -> System.arraycopy(row, 0, rgb, at, 3 * width);
        case YCC -> yccToRgb(row, 3, rgb, at, 3, width);
        case CMYK -> cmykToRgb(row, rgb, at, width);
        case YCCK -> {
          // Here red, green, blue are what remains of white below the inverted inks.
          yccToRgb(row, 4, row, 0, 4, width);
          invertInks(row, width);
          cmykToRgb(row, rgb, at, width);
        }
      }
    }
    return new RgbImage(width, height, rgb);
  }

  /** The fixed-point conversion of libjpeg; {@code from} and {@code to} may be the same row. */
  private static void yccToRgb(byte[] from, int fromStep, byte[] to, int at, int step, int width) {
    for (int x = 0; x < width; x++) {
      int luma = from[fromStep * x] & 0xFF;
      int cb = from[fromStep * x + 1] & 0xFF;
      int cr = from[fromStep * x + 2] & 0xFF;
      int pixel = at + step * x;
      to[pixel] = clamp(luma + CR_TO_RED[cr]);
      to[pixel + 1] = clamp(luma + ((CB_TO_GREEN[cb] + CR_TO_GREEN[cr]) >> FRACTION));
      to[pixel + 2] = clamp(luma + CB_TO_BLUE[cb]);
    }
  }

  private static void invertInks(byte[] row, int width) {
    for (int x = 0; x < width; x++) {
      for (int c = 0; c < 3; c++) {
        row[4 * x + c] = (byte) ~row[4 * x + c];
      }
    }
  }

  /** Stored inks are inverted: 255 is none. Each channel is the paper less its ink, less black. */
  private static void cmykToRgb(byte[] row, byte[] rgb, int at, int width) {
    for (int x = 0; x < width; x++) {
      int light = row[4 * x + 3] & 0xFF;
      for (int c = 0; c < 3; c++) {
        int ink = ~row[4 * x + c] & 0xFF;
        int product = ink * light + 128;
        rgb[at + 3 * x + c] = (byte) (light - (((product >> 8) + product) >> 8));
      }
    }
  }

  private static int[] chromaTable(double factor, int offset, int shift) {
    int fixed = (int) (Math.abs(factor) * (1 << FRACTION) + 0.5);
    int[] table = new int[256];
    for (int i = 0; i < 256; i++) {
      table[i] = ((factor < 0 ? -fixed : fixed) * (i - 128) + offset) >> shift;
    }
    return table;
  }

  private static byte clamp(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }
}
