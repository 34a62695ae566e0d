// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.tokenzip.tensor.DType;

class FiniteScanTest {
  private static final float HALF_OVERFLOW = 65520;

  @Property
  void floatsAgreeWithAPlainLoop(
      @ForAll @Size(max = 9) int[] bits, @ForAll DType wanted, @ForAll @IntRange(max = 3) int pad) {
    ByteBuffer values = buffer(bits.length * 4 + pad).position(pad);
    int expected = -1;
    for (int i = bits.length - 1; i >= 0; i--) {
      values.putInt(pad + 4 * i, bits[i]);
      expected = becomesFinite(Float.intBitsToFloat(bits[i]), wanted) ? expected : i;
    }
    assertThat(FiniteScan.of(DType.FP32, wanted).firstBad(values)).isEqualTo(expected);
    assertThat(values.position()).isEqualTo(pad);
  }

  @Property
  void brainFloatsAgreeWithAPlainLoop(@ForAll @Size(max = 9) short[] bits, @ForAll DType wanted) {
    int expected = -1;
    for (int i = bits.length - 1; i >= 0; i--) {
      expected = becomesFinite(Float.intBitsToFloat(bits[i] << 16), wanted) ? expected : i;
    }
    assertThat(FiniteScan.of(DType.BF16, wanted).firstBad(shorts(bits))).isEqualTo(expected);
  }

  @Property
  void halvesAreFiniteUnlessTheirExponentIsFull(
      @ForAll @Size(max = 9) short[] bits, @ForAll DType wanted) {
    int expected = -1;
    for (int i = bits.length - 1; i >= 0; i--) {
      expected = ((bits[i] >> 10) & 31) != 31 ? expected : i;
    }
    assertThat(FiniteScan.of(DType.FP16, wanted).firstBad(shorts(bits))).isEqualTo(expected);
  }

  @Property(tries = 100)
  void findsTheFirstOfTwoInAnyBlock(
      @ForAll @IntRange(max = 5000) int first, @ForAll @IntRange(max = 5000) int second) {
    ByteBuffer values = buffer(5001 * 4);
    values.putInt(4 * first, Float.floatToRawIntBits(Float.NaN));
    values.putInt(4 * second, Float.floatToRawIntBits(Float.NEGATIVE_INFINITY));
    FiniteScan scan = FiniteScan.of(DType.FP32, DType.FP32);
    assertThat(scan.firstBad(values)).isEqualTo(Math.min(first, second));
  }

  private static boolean becomesFinite(float value, DType wanted) {
    return switch (wanted) {
      case FP32 -> Float.isFinite(value);
      case FP16 -> Math.abs(value) < HALF_OVERFLOW;
      // Halfway between the largest bfloat16 and the next power of two.
      case BF16 -> Math.abs(value) < Float.intBitsToFloat(0x7F7F8000);
    };
  }

  private static ByteBuffer shorts(short[] bits) {
    ByteBuffer values = buffer(bits.length * 2);
    values.asShortBuffer().put(bits);
    return values;
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
