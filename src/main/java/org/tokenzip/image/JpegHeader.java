// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.io.EOFException;
import java.io.IOException;

/**
 * What a JPEG's markers say about its colours and its camera.
 *
 * @param colour how the stored components are to be understood
 * @param exifOffset where the TIFF block of EXIF begins, or -1
 */
record JpegHeader(Colour colour, int exifOffset) {
  enum Colour {
    GREY,
    YCC,
    RGB,
    CMYK,
    YCCK
  }

  private static final int END_OF_IMAGE = 0xD9;
  private static final int START_OF_SCAN = 0xDA;
  private static final int APP0 = 0xE0;
  private static final int APP1 = 0xE1;
  private static final int APP14 = 0xEE;

  /** Reads the markers up to the first scan and makes sure that an end marker follows it. */
  static JpegHeader parse(byte[] bytes) throws IOException {
    boolean jfif = false;
    int adobeTransform = -1;
    int exif = -1;
    int frame = -1;
    int at = 2;
    while (true) {
      int marker = marker(bytes, at);
      at += 2;
      if (marker == 0xFF) {
        at--; // A fill byte before the marker.
        continue;
      }
      if (marker == START_OF_SCAN) {
        break;
      }
      if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
        continue; // Stands alone, without a length.
      }
      int length = u16(bytes, at);
      int body = at + 2;
      if (marker == APP0 && ImageFormat.startsWith(bytes, body, "JFIF\0")) {
        jfif = true;
      } else if (marker == APP1 && exif < 0 && ImageFormat.startsWith(bytes, body, "Exif\0\0")) {
        exif = body + 6;
      } else if (marker == APP14 && ImageFormat.startsWith(bytes, body, "Adobe") && length >= 14) {
        adobeTransform = u8(bytes, body + 11);
      } else if (isFrame(marker)) {
        frame = body;
      }
      at += Math.max(2, length);
    }
    requireEnd(bytes, at);
    if (frame < 0) {
      throw new IOException("its first scan comes before any frame header");
    }
    return new JpegHeader(colour(bytes, frame, jfif, adobeTransform), exif);
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  /** The rules of libjpeg for files that do not say what their components are. */
  private static Colour colour(byte[] bytes, int frame, boolean jfif, int adobeTransform)
      throws IOException {
    int components = u8(bytes, frame + 5);
    return switch (components) {
      case 1 -> Colour.GREY;
      case 3 -> isRgb(bytes, frame, jfif, adobeTransform) ? Colour.RGB : Colour.YCC;
      case 4 -> adobeTransform > 0 ? Colour.YCCK : Colour.CMYK;
      default -> throw new IOException("it has " + components + " components, not 1, 3 or 4");
    };
  }

  private static boolean isRgb(byte[] bytes, int frame, boolean jfif, int adobeTransform)
      throws IOException {
    if (jfif || adobeTransform >= 0) {
      return !jfif && adobeTransform == 0;
    }
    return u8(bytes, frame + 6) == 'R'
        && u8(bytes, frame + 9) == 'G'
        && u8(bytes, frame + 12) == 'B';
  }

  /** Inside a scan every 0xFF is followed by a zero, so an end marker there is a real one. */
  private static void requireEnd(byte[] bytes, int scan) throws IOException {
    for (int i = scan; i + 1 < bytes.length; i++) {
      if (bytes[i] == (byte) 0xFF && bytes[i + 1] == (byte) END_OF_IMAGE) {
        return;
      }
    }
    throw new EOFException("it is truncated: no end marker follows its pixels");
  }

  private static int marker(byte[] bytes, int at) throws IOException {
    int start = u8(bytes, at);
    int marker = u8(bytes, at + 1);
    if (start != 0xFF || marker == END_OF_IMAGE) {
      throw new IOException("it has no pixels where its headers end, at byte " + at);
    }
    return marker;
  }

  private static int u16(byte[] bytes, int at) throws EOFException {
    return u8(bytes, at) << 8 | u8(bytes, at + 1);
  }

  private static int u8(byte[] bytes, int at) throws EOFException {
    if (at >= bytes.length) {
      throw new EOFException(
          "it is truncated within its headers, after " + bytes.length + " bytes");
    }
    return bytes[at] & 0xFF;
  }
}
