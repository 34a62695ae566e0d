// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.tokenzip.runtime.NativeRuntime;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.weights.VisionConfig;

/**
 * A CLIP vision tower with random fp32 weights, as a checkpoint folder: real shapes without a
 * download. Matrices keep the variance of what passes through them, norms start as identity, so
 * attention is neither flat nor one-hot.
 */
final class RandomClipCheckpoint implements AutoCloseable {
  private static final String PREFIX = "vision_tower.";
  private static final long SEED = 2103_00020;

  private final Path folder;

  /** Writes the checkpoint into a temporary folder, which {@link #close} removes. */
  RandomClipCheckpoint(VisionConfig config) throws IOException {
    folder = Files.createTempDirectory("tokenzip-bench-");
    try {
      write(shapes(config), folder.resolve("model.safetensors"));
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  Path folder() {
    return folder;
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(folder.resolve("model.safetensors"));
    Files.deleteIfExists(folder);
  }

  private static Map<String, long[]> shapes(VisionConfig config) {
    long width = config.hiddenSize();
    long inner = config.intermediateSize();
    long patch = config.patchSize();
    Map<String, long[]> shapes = new LinkedHashMap<>();
    shapes.put("embeddings.class_embedding", new long[] {width});
    shapes.put("embeddings.patch_embedding.weight", new long[] {width, 3, patch, patch});
    shapes.put("embeddings.position_embedding.weight", new long[] {config.patches() + 1, width});
    putPair(shapes, "pre_layrnorm", width);
    for (int i = 0; i < config.layers(); i++) {
      String layer = "encoder.layers." + i + ".";
      putPair(shapes, layer + "layer_norm1", width);
      for (String projection : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
        putPair(shapes, layer + "self_attn." + projection, width, width);
      }
      putPair(shapes, layer + "layer_norm2", width);
      putPair(shapes, layer + "mlp.fc1", inner, width);
      putPair(shapes, layer + "mlp.fc2", width, inner);
    }
    return shapes;
  }

  private static void putPair(Map<String, long[]> shapes, String name, long... weight) {
    shapes.put(name + ".weight", weight);
    shapes.put(name + ".bias", new long[] {weight[0]});
  }

  /** The safetensors format: length of the header, header in JSON, tensors one after another. */
  private static void write(Map<String, long[]> shapes, Path file) throws IOException {
    Map<String, Object> header = new LinkedHashMap<>();
    long offset = 0;
    for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
      long end = offset + Float.BYTES * elements(entry.getValue());
      header.put(
          PREFIX + entry.getKey(),
          Map.of(
              "dtype", "F32", "shape", entry.getValue(), "data_offsets", new long[] {offset, end}));
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
        writeRandom(out, entry.getKey(), entry.getValue());
      }
    }
  }

  private static void writeRandom(FileChannel out, String name, long[] shape) throws IOException {
    try (TensorScope scope = new TensorScope()) {
      Tensor values = random(name, shape);
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
    long fanIn = name.contains("position") || shape.length == 1 ? 1 : elements(shape) / shape[0];
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
