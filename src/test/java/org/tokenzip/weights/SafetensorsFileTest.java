// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.SafetensorsWriter;

class SafetensorsFileTest {
  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(longs = {4, 8, 11, 12, 100, Integer.MAX_VALUE})
  void valuesAreTheSameWhateverTheWindows(long longestWindow) throws IOException {
    Path path =
        new SafetensorsWriter()
            .floats("first", new float[] {1, 2}, 2)
            .floats("empty", new float[0], 0, 3)
            .floats("last", new float[] {3, 4, 5}, 3, 1)
            .write(dir.resolve("a.safetensors"));
    try (SafetensorsFile file = SafetensorsFile.open(path, longestWindow);
        Tensor first = file.tensor("first");
        Tensor empty = file.tensor("empty");
        Tensor last = file.tensor("last")) {
      assertThat(Tensors.toFloatArray(first)).containsExactly(1, 2);
      assertThat(empty.shape()).containsExactly(0, 3);
      assertThat(last.shape()).containsExactly(3, 1);
      assertThat(Tensors.toFloatArray(last)).containsExactly(3, 4, 5);
    }
  }

  @Test
  void windowsAreCutAtTensorBorders() throws IOException {
    byte[] data = new byte[30];
    Path path =
        new SafetensorsWriter()
            .raw("a", "U8", new byte[4], 4)
            .raw("b", "U8", new byte[6], 6)
            .raw("c", "U8", new byte[1], 1)
            .raw("long", "U8", new byte[11], 11)
            .raw("d", "U8", new byte[8], 8)
            .write(dir.resolve("a.safetensors"));
    long start = Files.size(path) - data.length;
    try (SafetensorsFile file = SafetensorsFile.open(path);
        FileChannel channel = FileChannel.open(path)) {
      MappedWindows windows = new MappedWindows(channel, file.tensors().values(), 10);
      assertThat(windows.plan())
          .containsExactly(
              new long[] {start, 10}, new long[] {start + 10, 1}, new long[] {start + 22, 8});
      assertThat(windows.slice(file.info("b")).remaining()).isEqualTo(6);
      assertThat(windows.slice(file.info("long"))).isNull();
    }
  }

  @Test
  void bytesAreLittleEndianAndReadOnly() throws IOException {
    Path path =
        new SafetensorsWriter()
            .shorts("s", "F16", new short[] {0x3C00, 0x4000}, 2)
            .write(dir.resolve("a.safetensors"));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      ByteBuffer bytes = file.bytes("s");
      assertThat(bytes.isReadOnly()).isTrue();
      assertThat(bytes.getShort(2)).isEqualTo((short) 0x4000);
      assertThatThrownBy(() -> file.bytes("t"))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(path + ": expected a tensor 't', found none");
    }
  }

  @Test
  void unalignedTensorsAreReadToo() throws IOException {
    Path path =
        new SafetensorsWriter()
            .raw("flag", "BOOL", new byte[] {1}, 1)
            .floats("x", new float[] {7, 8, 9}, 3)
            .write(dir.resolve("a.safetensors"));
    try (SafetensorsFile file = SafetensorsFile.open(path);
        Tensor x = file.tensor("x")) {
      assertThat(Tensors.toFloatArray(x)).containsExactly(7, 8, 9);
    }
  }

  @Test
  void offsetsBeyondFourGigabytesWork() throws IOException {
    long big = 5_000_000_000L;
    String header =
        String.format(
            "{\"big\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]},"
                + "\"end\":{\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[%d,%d]}}",
            big, big, big, big + 4);
    Path path = dir.resolve("sparse.safetensors");
    byte[] start = SafetensorsWriter.assemble(header.getBytes(StandardCharsets.UTF_8), new byte[0]);
    try (FileChannel channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      channel.write(ByteBuffer.wrap(start));
      ByteBuffer last = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 42);
      channel.write(last, start.length + big);
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.bytes("end").getInt(0)).isEqualTo(42);
      assertThatThrownBy(() -> file.bytes("big"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(
              "tensor 'big' has 5000000000 bytes, expected at most 2147483647 for one buffer");
      ByteBuffer tail = ByteBuffer.allocate(8);
      file.read(file.info("big"), big - 8, tail);
      assertThat(tail.hasRemaining()).isFalse();
      assertThatThrownBy(() -> file.read(file.info("big"), big - 7, ByteBuffer.allocate(8)))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void headerLengthsOutOfRangeAreRefused() throws IOException {
    assertRefused(new byte[0], "expected a safetensors file of at least 8 bytes, got 0");
    assertRefused(new byte[7], "expected a safetensors file of at least 8 bytes, got 7");
    assertRefused(withLength(0, 8), "safetensors header must have 2 to 8 bytes, got 0");
    assertRefused(withLength(9, 8), "safetensors header must have 2 to 8 bytes, got 9");
    assertRefused(withLength(1L << 40, 8), "must have 2 to 8 bytes, got 1099511627776");
    assertRefused(withLength(-1, 8), "must have 2 to 8 bytes, got 18446744073709551615");
    Path huge = dir.resolve("huge.safetensors");
    try (FileChannel channel =
        FileChannel.open(huge, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(withLength(100_000_001, 0)));
      channel.write(ByteBuffer.allocate(1), 200_000_000);
    }
    assertThatThrownBy(() -> SafetensorsFile.open(huge))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(huge + ": safetensors header must have 2 to 100000000 bytes, got 100000001");
  }

  @Test
  void whatIsNoFileIsRefused() {
    assertThatThrownBy(() -> SafetensorsFile.open(dir))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(dir + ": expected a safetensors file, found a directory");
    assertThatThrownBy(() -> SafetensorsFile.open(dir.resolve("none")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith("none: expected a safetensors file, found no such file");
  }

  private void assertRefused(byte[] content, String complaint) throws IOException {
    Path path = Files.write(dir.resolve("broken.safetensors"), content);
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(path + ": ")
        .hasMessageContaining(complaint);
  }

  private static byte[] withLength(long length, int rest) {
    return ByteBuffer.allocate(8 + rest).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
  }
}
