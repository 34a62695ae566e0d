// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The container of WebP. */
final class RiffChunks {
  private static final int FIRST = 12;
  private static final int HEADER = 8;
  private static final int NAME = 4;
  private static final int FRAME_HEADER = 16;
  private static final int PROFILE_FLAG = 0x20;
  private static final String LOSSY = "VP8 ";

  private RiffChunks() {}

  /**
   * {@code bytes} with their colour profile renamed, so that no reader applies it.
   *
   * @throws EOFException if the file is shorter than its header says
   */
  static byte[] withoutProfile(byte[] bytes) throws EOFException {
    requireWhole(bytes);
    int profile = find(bytes, "ICCP");
    if (profile < 0) {
      return bytes;
    }
    byte[] plain = bytes.clone();
    Arrays.fill(plain, profile - HEADER, profile - HEADER + NAME, (byte) 'X');
    int features = find(bytes, "VP8X");
    if (features >= 0) {
      plain[features] &= ~PROFILE_FLAG;
    }
    return plain;
  }

  /** Whether the picture, or the first frame of an animation, is lossy. */
  static boolean isLossy(byte[] bytes) {
    int frame = find(bytes, "ANMF");
    if (frame < 0) {
      return find(bytes, LOSSY) >= 0;
    }
    return find(bytes, frame + FRAME_HEADER, LOSSY, "VP8L") >= 0;
  }

  private static void requireWhole(byte[] bytes) throws EOFException {
    if (bytes.length < FIRST) {
      throw new EOFException("it is truncated after " + bytes.length + " bytes");
    }
    long said = HEADER + Integer.toUnsignedLong(littleEndian(bytes).getInt(4));
    if (said > bytes.length) {
      throw new EOFException("it is truncated: it has " + bytes.length + " of " + said + " bytes");
    }
  }

  /** Where the body of the first chunk called {@code name} begins, or -1. */
  static int find(byte[] bytes, String name) {
    return find(bytes, FIRST, name, "");
  }

  /** As above from byte {@code at} on, up to the first chunk called {@code end}. */
  private static int find(byte[] bytes, long at, String name, String end) {
    ByteBuffer buffer = littleEndian(bytes);
    while (at + HEADER <= bytes.length) {
      if (ImageFormat.startsWith(bytes, (int) at, name)) {
        return (int) at + HEADER;
      }
      if (!end.isEmpty() && ImageFormat.startsWith(bytes, (int) at, end)) {
        return -1;
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
