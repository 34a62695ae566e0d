// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import org.tokenzip.tensor.DType;

/**
 * Finds floating-point values that are not finite, or would not be after conversion, in raw bytes.
 *
 * <p>The bit pattern of a magnitude grows with the magnitude. Adding (sign bit − limit) to it sets
 * the sign bit exactly if the magnitude reaches the limit, without a carry into the neighbour, so
 * one addition checks a whole 64-bit word of two or four values.
 */
final class FiniteScan {
  /** Words of 8 bytes that stay in a core's first cache. */
  private static final int BLOCK = 1024;

  private final DType stored;
  private final DType wanted;
  private final long magnitude;
  private final long overflow;
  private final long signs;

  private FiniteScan(DType stored, DType wanted, long limit) {
    this.stored = stored;
    this.wanted = wanted;
    int bytes = stored.bytes();
    long lanes = bytes == Float.BYTES ? 0x0000_0001_0000_0001L : 0x0001_0001_0001_0001L;
    long sign = bytes == Float.BYTES ? 0x8000_0000L : 0x8000L;
    magnitude = lanes * (sign - 1);
    overflow = lanes * (sign - limit);
    signs = lanes * sign;
  }

  /** Scan of values of type {@code stored} that are to become values of type {@code wanted}. */
  static FiniteScan of(DType stored, DType wanted) {
    // Smallest magnitudes, as bits of the stored type, that round to infinity in the wanted type.
    long limit =
        switch (stored) {
          case FP16 -> 0x7C00;
          case BF16 -> wanted == DType.FP16 ? 0x4780 : 0x7F80;
          case FP32 ->
              switch (wanted) {
                case FP16 -> 0x477F_F000;
                case BF16 -> 0x7F7F_8000;
                case FP32 -> 0x7F80_0000;
              };
        };
    return new FiniteScan(stored, wanted, limit);
  }

  /** The type that the values are to have. */
  DType wanted() {
    return wanted;
  }

  /**
   * Index of the first value of the rest of {@code values} that is NaN, infinite or too large; -1
   * if there is none. Leaves the buffer's position alone.
   */
  int firstBad(ByteBuffer values) {
    ByteBuffer rest = values.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int bytes = stored.bytes();
    int start = rest.position();
    int end = rest.limit();
    int at = start + firstBadWord(rest.asLongBuffer()) * Long.BYTES;
    for (; at < end; at += bytes) {
      if (isBad(
          bytes == Float.BYTES ? rest.getInt(at) & 0xFFFF_FFFFL : rest.getShort(at) & 0xFFFFL)) {
        return (at - start) / bytes;
      }
    }
    return -1;
  }

  /**
   * Index of the first bad word, the number of words if there is none. They are copied out block by
   * block: the quick compiler, which is all that a short process gets, makes slow code of a loop
   * over a buffer.
   */
  private int firstBadWord(LongBuffer words) {
    long[] block = new long[Math.min(BLOCK, words.limit())];
    for (int at = 0; at < words.limit(); at += block.length) {
      int count = Math.min(block.length, words.limit() - at);
      words.get(at, block, 0, count);
      for (int i = 0; i < count; i++) {
        if (isBad(block[i])) {
          return at + i;
        }
      }
    }
    return words.limit();
  }

  /** The value at {@code index}; of fp16 values only those that {@link #firstBad} finds. */
  float value(ByteBuffer values, int index) {
    ByteBuffer rest = values.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int at = rest.position() + index * stored.bytes();
    return switch (stored) {
      case FP32 -> rest.getFloat(at);
      case BF16 -> Float.intBitsToFloat(rest.getShort(at) << Short.SIZE);
      case FP16 -> nonFiniteHalf(rest.getShort(at));
    };
  }

  private static float nonFiniteHalf(short bits) {
    if ((bits & 0x03FF) != 0) {
      return Float.NaN;
    }
    return bits < 0 ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY;
  }

  private boolean isBad(long word) {
    return (((word & magnitude) + overflow) & signs) != 0;
  }
}
