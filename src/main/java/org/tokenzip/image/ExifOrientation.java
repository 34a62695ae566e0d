// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The EXIF orientation tag, 1 to 8. Missing, damaged or out of range it counts as 1: upright.
 *
 * @param tag which of the eight turns and flips brings the stored picture upright
 */
record ExifOrientation(int tag) {
  private static final ExifOrientation UPRIGHT = new ExifOrientation(1);
  private static final int ORIENTATION_TAG = 0x0112;
  private static final int TYPE_SHORT = 3;
  private static final int TYPE_LONG = 4;
  private static final int ENTRY = 12;

  /** The orientation in {@code bytes}: JPEG APP1, PNG eXIf or WebP EXIF. */
  static ExifOrientation read(ImageFormat format, byte[] bytes) throws IOException {
    int tiff =
        switch (format) {
          case JPEG -> JpegHeader.parse(bytes).exifOffset();
          case PNG -> pngChunk(bytes, "eXIf");
          case WEBP -> RiffChunks.find(bytes, "EXIF");
          case GIF, BMP -> -1;
        };
    if (tiff < 0) {
      return UPRIGHT;
    }
    boolean prefixed = ImageFormat.startsWith(bytes, tiff, "Exif\0\0");
    return ofTiff(bytes, prefixed ? tiff + 6 : tiff);
  }

  private static ExifOrientation ofTiff(byte[] bytes, int start) {
    boolean little = ImageFormat.startsWith(bytes, start, "II*\0");
    if (!little && !ImageFormat.startsWith(bytes, start, "MM\0*")) {
      return UPRIGHT;
    }
    ByteBuffer tiff = ByteBuffer.wrap(bytes, start, bytes.length - start).slice();
    tiff.order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    if (tiff.limit() < 8) {
      return UPRIGHT;
    }
    long directory = Integer.toUnsignedLong(tiff.getInt(4));
    if (directory + 2 > tiff.limit()) {
      return UPRIGHT;
    }
    int entries = Short.toUnsignedInt(tiff.getShort((int) directory));
    for (int i = 0; i < entries; i++) {
      long entry = directory + 2 + (long) ENTRY * i;
      if (entry + ENTRY > tiff.limit()) {
        return UPRIGHT;
      }
      int at = (int) entry;
      if (Short.toUnsignedInt(tiff.getShort(at)) == ORIENTATION_TAG) {
        return ofValue(tiff, Short.toUnsignedInt(tiff.getShort(at + 2)), at + 8);
      }
    }
    return UPRIGHT;
  }

  private static ExifOrientation ofValue(ByteBuffer tiff, int type, int at) {
    int value =
        switch (type) {
          case TYPE_SHORT -> Short.toUnsignedInt(tiff.getShort(at));
          case TYPE_LONG -> tiff.getInt(at);
          default -> 1;
        };
    return value >= 1 && value <= 8 ? new ExifOrientation(value) : UPRIGHT;
  }

  private static int pngChunk(byte[] bytes, String name) {
    ByteBuffer png = ByteBuffer.wrap(bytes);
    long at = 8;
    while (at + 8 <= bytes.length) {
      if (ImageFormat.startsWith(bytes, (int) at + 4, name)) {
        return (int) at + 8;
      }
      at += 12 + Integer.toUnsignedLong(png.getInt((int) at));
    }
    return -1;
  }

  /** {@code stored} turned upright. */
  RgbImage apply(RgbImage stored) {
    int right = 3;
    int down = 3 * stored.width();
    int lastColumn = right * (stored.width() - 1);
    int lastRow = down * (stored.height() - 1);
    return switch (tag) {
      case 2 -> walk(stored, lastColumn, -right, down);
      case 3 -> walk(stored, lastColumn + lastRow, -right, -down);
      case 4 -> walk(stored, lastRow, right, -down);
      case 5 -> walk(stored, 0, down, right);
      case 6 -> walk(stored, lastRow, -down, right);
      case 7 -> walk(stored, lastColumn + lastRow, -down, -right);
      case 8 -> walk(stored, lastColumn, down, -right);
      default -> stored;
    };
  }

  /** Reads the samples from byte {@code start}, {@code dx} bytes per column, {@code dy} per row. */
  private RgbImage walk(RgbImage stored, int start, int dx, int dy) {
    int width = tag >= 5 ? stored.height() : stored.width();
    int height = tag >= 5 ? stored.width() : stored.height();
    byte[] in = stored.rgb();
    byte[] out = new byte[in.length];
    int at = 0;
    for (int y = 0; y < height; y++) {
      int from = start + y * dy;
      for (int x = 0; x < width; x++, from += dx, at += 3) {
        out[at] = in[from];
        out[at + 1] = in[from + 1];
        out[at + 2] = in[from + 2];
      }
    }
    return new RgbImage(width, height, out);
  }
}
