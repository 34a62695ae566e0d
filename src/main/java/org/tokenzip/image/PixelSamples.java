// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * Takes the samples of a decoded picture as they are stored. Asking ImageIO for RGB instead would
 * convert grey through a gamma curve and colours through their profile.
 */
final class PixelSamples {
  private PixelSamples() {}

  static RgbImage rgb(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[3 * width * height];
    ColorModel colours = image.getColorModel();
    int type = image.getRaster().getTransferType();
    if (colours instanceof IndexColorModel palette) {
      expand(image.getRaster(), colourTable(palette), rgb);
    } else if (colours instanceof ComponentColorModel && type == DataBuffer.TYPE_BYTE) {
      copyBytes(image.getRaster(), rgb);
    } else if (colours instanceof ComponentColorModel && type == DataBuffer.TYPE_USHORT) {
      copyHighBytes(image.getRaster(), rgb);
    } else {
      unpack(image, rgb);
    }
    return new RgbImage(width, height, rgb);
  }

  /** Red, green, blue of each of 256 indices; black where the palette ends early. */
  static int[] colourTable(IndexColorModel palette) {
    int[] table = new int[Math.max(256, palette.getMapSize())];
    palette.getRGBs(table);
    return table;
  }

  /** Writes {@code width} grey pixels, the first of every {@code step} samples, as RGB. */
  static void grey(byte[] row, int step, byte[] rgb, int at, int width) {
    for (int x = 0; x < width; x++) {
      byte sample = row[step * x];
      rgb[at + 3 * x] = sample;
      rgb[at + 3 * x + 1] = sample;
      rgb[at + 3 * x + 2] = sample;
    }
  }

  private static void expand(Raster raster, int[] table, byte[] rgb) {
    int width = raster.getWidth();
    int[] row = new int[width];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, row);
      for (int x = 0; x < width; x++) {
        put(rgb, 3 * (y * width + x), table[row[x]]);
      }
    }
  }

  private static void copyBytes(Raster raster, byte[] rgb) {
    int width = raster.getWidth();
    int bands = raster.getNumBands();
    byte[] row = new byte[bands * width];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getDataElements(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      copyRow(row, bands, rgb, 3 * y * width, width);
    }
  }

  private static void copyHighBytes(Raster raster, byte[] rgb) {
    int width = raster.getWidth();
    int bands = raster.getNumBands();
    short[] row = new short[bands * width];
    byte[] high = new byte[row.length];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getDataElements(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int i = 0; i < row.length; i++) {
        high[i] = (byte) (row[i] >> 8);
      }
      copyRow(high, bands, rgb, 3 * y * width, width);
    }
  }

  /** One or two bands are grey, three or four are red, green, blue; the last of two, four alpha. */
  private static void copyRow(byte[] row, int bands, byte[] rgb, int at, int width) {
    if (bands < 3) {
      grey(row, bands, rgb, at, width);
      return;
    }
    for (int x = 0; x < width; x++) {
      rgb[at + 3 * x] = row[bands * x];
      rgb[at + 3 * x + 1] = row[bands * x + 1];
      rgb[at + 3 * x + 2] = row[bands * x + 2];
    }
  }

  private static void unpack(BufferedImage image, byte[] rgb) {
    int width = image.getWidth();
    int[] row = new int[width];
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int x = 0; x < width; x++) {
        put(rgb, 3 * (y * width + x), row[x]);
      }
    }
  }

  static void put(byte[] rgb, int at, int colour) {
    rgb[at] = (byte) (colour >> 16);
    rgb[at + 1] = (byte) (colour >> 8);
    rgb[at + 2] = (byte) colour;
  }
}
