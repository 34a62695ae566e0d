// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** The file formats that are read, told apart by their first bytes, never by file name. */
enum ImageFormat {
  JPEG,
  PNG,
  WEBP,
  GIF,
  BMP;

  private static final byte[] JPEG_START = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF};
  private static final byte[] PNG_START = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  private static final int SHOWN_BYTES = 8;

  /** The format of {@code bytes}; {@code name} is the picture's name in the exception. */
  static ImageFormat of(byte[] bytes, String name) {
    if (startsWith(bytes, 0, JPEG_START)) {
      return JPEG;
    }
    if (startsWith(bytes, 0, PNG_START)) {
      return PNG;
    }
    if (startsWith(bytes, 0, "RIFF") && startsWith(bytes, 8, "WEBP")) {
      return WEBP;
    }
    if (startsWith(bytes, 0, "GIF8")) {
      return GIF;
    }
    if (startsWith(bytes, 0, "BM")) {
      return BMP;
    }
    int shown = Math.min(SHOWN_BYTES, bytes.length);
    String start = HexFormat.ofDelimiter(" ").formatHex(bytes, 0, shown);
    throw new ImageException(
        String.format(
            "Expected picture %s to be JPEG, PNG, WebP, GIF or BMP, but got %s.",
            name, bytes.length == 0 ? "an empty file" : "a file that begins with bytes " + start));
  }

  static boolean startsWith(byte[] bytes, int offset, String text) {
    return startsWith(bytes, offset, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static boolean startsWith(byte[] bytes, int offset, byte[] start) {
    if (bytes.length < offset + start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if (bytes[offset + i] != start[i]) {
        return false;
      }
    }
    return true;
  }
}
