// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes small safetensors files, and broken ones. */
public final class SafetensorsWriter {
  private final List<String> entries = new ArrayList<>();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  /** Adds an F32 tensor; a scalar if no shape is given. */
  public SafetensorsWriter floats(String name, float[] values, long... shape) {
    byte[] bytes = new byte[values.length * Float.BYTES];
    littleEndian(bytes).asFloatBuffer().put(values);
    return raw(name, "F32", bytes, shape);
  }

  /** Adds a tensor of 16-bit patterns: {@code dtype} is F16 or BF16. */
  public SafetensorsWriter shorts(String name, String dtype, short[] bits, long... shape) {
    byte[] bytes = new byte[bits.length * Short.BYTES];
    littleEndian(bytes).asShortBuffer().put(bits);
    return raw(name, dtype, bytes, shape);
  }

  /** Adds a tensor of any type. */
  public SafetensorsWriter raw(String name, String dtype, byte[] bytes, long... shape) {
    int begin = data.size();
    data.writeBytes(bytes);
    entries.add(
        String.format(
            "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}",
            name, dtype, Arrays.toString(shape), begin, data.size()));
    return this;
  }

  /** Writes the file. */
  public Path write(Path file) throws IOException {
    return write(file, "{" + String.join(",", entries) + "}", data.toByteArray());
  }

  /** Writes a file with this header and data, whether they fit or not. */
  public static Path write(Path file, String header, byte[] bytes) throws IOException {
    return Files.write(file, assemble(header.getBytes(StandardCharsets.UTF_8), bytes));
  }

  /** The bytes of a file with this header and data. */
  public static byte[] assemble(byte[] header, byte[] bytes) {
    byte[] file = new byte[Long.BYTES + header.length + bytes.length];
    littleEndian(file).putLong(header.length).put(header).put(bytes);
    return file;
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
