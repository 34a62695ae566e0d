// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.tokenzip.runtime.Device;

class NativeTensorTest {
  @Test
  void countsFromThePositionOfPointersAndBuffers() {
    try (FloatPointer memory = new FloatPointer(10)) {
      NativeTensor tensor = NativeTensor.of(memory.position(4), 2, 3);
      assertThat(tensor.address()).isEqualTo(memory.address() + 16);
      assertThat(tensor.shape()).containsExactly(2, 3);
      assertThat(tensor.stride(0)).isEqualTo(3);
      assertThat(tensor).hasToString("fp32 [2, 3]");
    }
    ByteBuffer bytes = direct(12);
    long start = NativeTensor.of(bytes, ElementType.FP16, 6).address();
    assertThat(NativeTensor.of(bytes.position(4), ElementType.FP16, 4).address())
        .isEqualTo(start + 4);
    FloatBuffer floats = bytes.position(4).slice().order(ByteOrder.nativeOrder()).asFloatBuffer();
    assertThat(NativeTensor.of(floats.position(1), 1).address()).isEqualTo(start + 8);
  }

  @Test
  void stridesMayRepeatAndSkipElementsButNotLeaveTheMemory() {
    NativeTensor rows = NativeTensor.of(direct(40), ElementType.FP32, 2, 5);
    assertThat(rows.isContiguous()).isTrue();
    assertThat(rows.withStrides(0, 1).isContiguous()).isFalse();
    NativeTensor narrow = NativeTensor.of(direct(40), ElementType.FP32, 2, 3);
    assertThat(narrow.withStrides(7, 1).stride(0)).isEqualTo(7);
    refused(
        () -> narrow.withStrides(8, 1),
        "memory: expected room for 11 elements of fp32 for shape [2, 3] with strides [8, 1],"
            + " got 10");
    refused(() -> narrow.withStrides(-3, 1), "strides: expected 0 or more, got [-3, 1]");
    refused(() -> narrow.withStrides(3), "strides: expected 2 for shape [2, 3], got [3]");
    refused(() -> narrow.withStrides(Long.MAX_VALUE, 1), null);
  }

  @Test
  void memoryThatCannotBeUsedIsRefused() {
    refused(
        () -> NativeTensor.of(ByteBuffer.allocate(16), ElementType.FP32, 4),
        "memory: expected a direct buffer, got one on the Java heap: "
            + "java.nio.HeapByteBuffer[pos=0 lim=16 cap=16]");
    refused(
        () -> NativeTensor.of(ByteBuffer.allocateDirect(16), ElementType.FP32, 4),
        "memory: expected a buffer of byte order LITTLE_ENDIAN, got BIG_ENDIAN: call"
            + " order(ByteOrder.nativeOrder()) on it");
    refused(
        () -> NativeTensor.of(direct(16), ElementType.INT64, 3),
        "memory: expected room for 3 elements of int64 for shape [3] with strides [1], got 2");
    assertThatThrownBy(() -> NativeTensor.of(direct(16).position(2), ElementType.FP32, 3))
        .hasMessageStartingWith("memory: expected an address aligned to 4 bytes for fp32, got 0x");
    refused(
        () -> NativeTensor.of(direct(16), ElementType.FP32, -1),
        "shape: expected extents of 0 or more, got [-1]");
    refused(
        () -> NativeTensor.of(direct(16), ElementType.FP32, 1, 1, 1, 1, 1, 1),
        "shape: expected at most 5 dimensions, got [1, 1, 1, 1, 1, 1]");
    try (FloatPointer memory = new FloatPointer(3)) {
      refused(
          () -> NativeTensor.of(new FloatPointer((Pointer) memory).limit(2), 3),
          "memory: expected room for 3 elements of fp32 for shape [3] with strides [1], got 2");
      long address = memory.address();
      NativeTensor foreign =
          NativeTensor.atAddress(address, 12, null, ElementType.INT32, Device.CPU, 3);
      assertThat(foreign.address()).isEqualTo(address);
    }
    refused(
        () -> NativeTensor.of(new IntPointer((Pointer) null), 1),
        "memory: expected room for 1 elements of int32 for shape [1] with strides [1], got none (a"
            + " pointer has to know its limit or capacity)");
    assertThat(NativeTensor.of(new IntPointer((Pointer) null), 3, 0).address()).isZero();
  }

  @Test
  void operatorsRefuseWhatDoesNotFit() {
    NativeTensor keys = NativeTensor.of(direct(64), ElementType.FP32, 1, 2, 2, 4);
    NativeTensor mean = NativeTensor.of(direct(32), ElementType.FP32, 1, 2, 4);
    refused(
        () -> HeadMeanKeys.run(null, keys, NativeTensor.of(direct(64), ElementType.INT64, 1, 2, 4)),
        "keyMean: expected dtype fp32, got int64");
    refused(
        () ->
            HeadMeanKeys.run(
                null,
                keys,
                NativeTensor.of(
                    direct(32).asReadOnlyBuffer().order(ByteOrder.nativeOrder()),
                    ElementType.FP32,
                    1,
                    2,
                    4)),
        "keyMean: expected memory to write to, got a read-only buffer");
    refused(
        () -> HeadMeanKeys.run(null, keys.withStrides(0, 0, 0, 2), mean),
        "keys: expected stride 1 in the last dimension, got 2");
    assertThatThrownBy(
            () ->
                HeadMeanKeys.run(
                    null, keys, NativeTensor.of(direct(32), ElementType.FP32, 1, 4, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("key_mean [B,S,d] must be 2 as keys has it, got 4");
    NativeTensor elsewhere =
        NativeTensor.atAddress(
            mean.address(), 32, mean, ElementType.FP32, Device.parse("cuda:0"), 1, 2, 4);
    refused(
        () -> HeadMeanKeys.run(null, keys, elsewhere), "keyMean: expected device cpu, got cuda:0");
    HeadMeanKeys.run(null, keys, mean); // what failed before leaves nothing behind
  }

  private static void refused(ThrowingCallable call, String message) {
    if (message == null) {
      assertThatThrownBy(call).isInstanceOf(ArithmeticException.class);
    } else {
      assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
