// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The container of WebP. */
final class RiffChunks {
  private static final int FIRST = 12;
  private static final int HEADER = 8;

  private RiffChunks() {}

  /** Refuses a file that is shorter than its header says. */
  static void requireWhole(byte[] bytes) throws EOFException {
    long said = HEADER + Integer.toUnsignedLong(littleEndian(bytes).getInt(4));
    if (said > bytes.length) {
      throw new EOFException("it is truncated: it has " + bytes.length + " of " + said + " bytes");
    }
  }

  /** Where the body of the first chunk called {@code name} begins, or -1. */
  static int find(byte[] bytes, String name) {
    ByteBuffer buffer = littleEndian(bytes);
    long at = FIRST;
    while (at + HEADER <= bytes.length) {
      if (ImageFormat.startsWith(bytes, (int) at, name)) {
        return (int) at + HEADER;
      }
      long length = Integer.toUnsignedLong(buffer.getInt((int) at + 4));
      at += HEADER + length + (length & 1);
    }
    return -1;
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
