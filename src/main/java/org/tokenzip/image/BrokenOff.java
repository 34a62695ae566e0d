// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * Finds video files that end before their own structure does, such as half a download. ffmpeg plays
 * what there is of one; samples would then come from its first part only.
 */
final class BrokenOff {
  private static final int EBML = 0x1A45DFA3;
  private static final int SEGMENT = 0x18538067;
  private static final int GIF8 = 0x47494638;

  private BrokenOff() {}

  /** Refuses a file that is shorter than it says; of formats that are not known nothing is said. */
  static void require(Path file) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      if (endsEarly(in)) {
        throw new ImageException(
            "Expected video "
                + file
                + " to be whole, but it breaks off after "
                + in.length()
                + " bytes.");
      }
    }
  }

  private static boolean endsEarly(RandomAccessFile in) throws IOException {
    try {
      int start = in.readInt();
      if (start == GIF8) {
        walkGif(in);
        return false;
      }
      if (start == EBML) {
        return segmentEnd(in) > in.length();
      }
      String box = fourLetters(in.readInt());
      return (box.equals("ftyp") || box.equals("moov") || box.equals("mdat"))
          && boxesEnd(in) > in.length();
    } catch (EOFException e) {
      return true;
    }
  }

  /** Where the last of the boxes ends that follow one another in an MP4 or MOV file. */
  private static long boxesEnd(RandomAccessFile in) throws IOException {
    long at = 0;
    while (at < in.length()) {
      in.seek(at);
      long size = Integer.toUnsignedLong(in.readInt());
      int type = in.readInt();
      if (size == 1) {
        size = in.readLong();
      }
      boolean named = fourLetters(type).chars().allMatch(letter -> letter >= ' ' && letter <= '~');
      if (size < 8 || !named) {
        return at; // up to the end of the file, or padding after the last box
      }
      at = size > Long.MAX_VALUE - at ? Long.MAX_VALUE : at + size;
    }
    return at;
  }

  /**
   * Where a WebM or Matroska file's one segment ends; 0 where it does not say, as in recordings.
   */
  private static long segmentEnd(RandomAccessFile in) throws IOException {
    long header = variableInt(in);
    in.seek(in.getFilePointer() + header);
    if (in.readInt() != SEGMENT) {
      return 0;
    }
    long size = variableInt(in);
    return size < 0 ? 0 : in.getFilePointer() + size;
  }

  /** EBML's size: as many bytes as the first has leading zeros, and one; -1 for "not known". */
  private static long variableInt(RandomAccessFile in) throws IOException {
    int first = in.readUnsignedByte();
    int more = Integer.numberOfLeadingZeros(first) - 24;
    long value = first & (0x7F >> more);
    boolean ones = value == (0x7F >> more);
    for (int i = 0; i < more; i++) {
      int next = in.readUnsignedByte();
      ones &= next == 0xFF;
      value = value << 8 | next;
    }
    return ones ? -1 : value;
  }

  /** Goes from block to block up to the trailer. */
  private static void walkGif(RandomAccessFile in) throws IOException {
    in.seek(10);
    skip(in, 2 + colours(in.readUnsignedByte()));
    while (true) {
      switch (in.readUnsignedByte()) {
        case 0x2C -> { // a frame
          skip(in, 8);
          skip(in, colours(in.readUnsignedByte()) + 1);
          skipSubBlocks(in);
        }
        case 0x21 -> { // an extension
          skip(in, 1);
          skipSubBlocks(in);
        }
        default -> {
          return; // the trailer, or what readers take for one
        }
      }
    }
  }

  private static int colours(int flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
  }

  private static void skipSubBlocks(RandomAccessFile in) throws IOException {
    for (int size = in.readUnsignedByte(); size > 0; size = in.readUnsignedByte()) {
      skip(in, size);
    }
  }

  private static void skip(RandomAccessFile in, long bytes) throws IOException {
    in.seek(in.getFilePointer() + bytes);
  }

  private static String fourLetters(int type) {
    return ""
        + (char) (type >>> 24)
        + (char) (type >>> 16 & 0xFF)
        + (char) (type >>> 8 & 0xFF)
        + (char) (type & 0xFF);
  }
}
