// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.tokenzip.runtime.NativeRuntime;
import org.tokenzip.tensor.TensorScope;

/**
 * Random parameters in a safetensors file. Matrices keep the variance of what passes through them,
 * norms start as identity, so attention is neither flat nor one-hot.
 */
final class RandomParameters {
  private static final long SEED = 2103_00020;

  private RandomParameters() {}

  /** The safetensors format: length of the header, header in JSON, tensors one after another. */
  static void write(Map<String, long[]> shapes, boolean half, Path file) throws IOException {
    Map<String, Object> header = new LinkedHashMap<>();
    long offset = 0;
    for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
      long end = offset + (half ? Short.BYTES : Float.BYTES) * elements(entry.getValue());
      header.put(
          entry.getKey(),
          Map.of(
              "dtype",
              half ? "F16" : "F32",
              "shape",
              entry.getValue(),
              "data_offsets",
              new long[] {offset, end}));
      offset = end;
    }
    String json = new ObjectMapper().writeValueAsString(header);
    byte[] padded = (json + " ".repeat(-json.length() & 7)).getBytes(StandardCharsets.UTF_8);
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    length.putLong(padded.length).flip();
    NativeRuntime.load();
    torch.manual_seed(SEED);
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      writeAll(out, length);
      writeAll(out, ByteBuffer.wrap(padded));
      for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
        writeRandom(out, entry.getKey(), entry.getValue(), half);
      }
    }
  }

  private static void writeRandom(FileChannel out, String name, long[] shape, boolean half)
      throws IOException {
    try (TensorScope scope = new TensorScope()) {
      Tensor values = random(name, shape);
      if (half) {
        values = values.to(ScalarType.Half);
      }
      writeAll(out, values.data_ptr().limit(values.nbytes()).asByteBuffer());
    }
  }

  private static Tensor random(String name, long[] shape) {
    if (name.endsWith(".bias")) {
      return torch.zeros(shape);
    }
    if (name.contains("norm")) {
      return torch.ones(shape);
    }
    // Embeddings are added to unit-variance patches, everything else is multiplied.
    long fanIn = name.contains("position") || shape.length < 2 ? 1 : elements(shape) / shape[0];
    return torch.randn(shape).mul(new Scalar(1 / Math.sqrt((double) fanIn)));
  }

  private static long elements(long[] shape) {
    long count = 1;
    for (long extent : shape) {
      count *= extent;
    }
    return count;
  }

  private static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }
}
