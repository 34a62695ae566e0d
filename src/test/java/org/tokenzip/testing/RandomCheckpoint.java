// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.tokenzip.weights.DualTowerConfig;
import org.tokenzip.weights.DualTowerParameters;
import org.tokenzip.weights.LlavaParameters;
import org.tokenzip.weights.ModelConfig;

/** Writes LLaVA checkpoints of any size with random fp16 parameters. */
public final class RandomCheckpoint {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RandomCheckpoint() {}

  /**
   * Writes {@code config.json} and {@code model.safetensors}: a small tower, and a language model
   * whose configuration is {@code text}.
   *
   * @return how many parameters the model computes with
   */
  public static long write(Path folder, Map<String, Integer> text) throws IOException {
    Files.createDirectories(folder);
    JSON.writeValue(folder.resolve("config.json").toFile(), config(text));
    return writeParameters(folder, LlavaParameters.of(ModelConfig.read(folder), false).required());
  }

  /**
   * Writes a CLIP model without its vision tower: the text tower that belongs to a vision tower.
   *
   * @param like a CLIP model, whose text tower has the same sizes and the same tokenizer
   * @param vision what {@code config.json} is to say about the vision tower
   * @return {@code folder}
   */
  public static Path writeTextTower(Path folder, Path like, Map<String, Integer> vision)
      throws IOException {
    Files.createDirectories(folder);
    ObjectNode config = (ObjectNode) JSON.readTree(like.resolve("config.json").toFile());
    vision.forEach(((ObjectNode) config.get("vision_config"))::put);
    JSON.writeValue(folder.resolve("config.json").toFile(), config);
    Files.copy(like.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
    writeParameters(folder, DualTowerParameters.of(DualTowerConfig.read(folder)).required());
    return folder;
  }

  private static long writeParameters(Path folder, Map<String, List<Long>> shapes)
      throws IOException {
    ObjectNode header = JSON.createObjectNode();
    long offset = 0;
    for (Map.Entry<String, List<Long>> tensor : shapes.entrySet()) {
      long end = offset + Short.BYTES * tensor.getValue().stream().reduce(1L, Math::multiplyExact);
      ObjectNode entry = header.putObject(tensor.getKey()).put("dtype", "F16");
      entry.set("shape", JSON.valueToTree(tensor.getValue()));
      entry.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    writeParameters(
        folder.resolve("model.safetensors"),
        aligned(header.toString()).getBytes(StandardCharsets.UTF_8),
        offset);
    return offset / Short.BYTES;
  }

  /** Blanks at the end bring the parameters to a multiple of eight bytes, as usual writers do. */
  private static String aligned(String header) {
    return header + " ".repeat(-header.length() & 7);
  }

  private static ObjectNode config(Map<String, Integer> text) {
    ObjectNode config = JSON.createObjectNode().put("model_type", "llava");
    config.put("image_token_index", 5).put("torch_dtype", "float16");
    config
        .putObject("vision_config")
        .put("model_type", "clip_vision_model")
        .put("hidden_size", 64)
        .put("intermediate_size", 128)
        .put("num_hidden_layers", 3)
        .put("num_attention_heads", 4)
        .put("image_size", 56)
        .put("patch_size", 14);
    ObjectNode language = config.putObject("text_config").put("model_type", "llama");
    text.forEach(language::put);
    return config;
  }

  /** Values between 2^-7 and 2^-6 of either sign: finite, and different from page to page. */
  private static void writeParameters(Path file, byte[] header, long bytes) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    ByteBuffer buffer = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      out.write(buffer.putLong(header.length).put(header).flip());
      for (long left = bytes; left > 0; ) {
        buffer.clear();
        while (buffer.remaining() >= Long.BYTES && buffer.position() < left) {
          buffer.putLong((random.nextLong() & 0x83ff83ff83ff83ffL) | 0x2000200020002000L);
        }
        buffer.flip().limit((int) Math.min(left, buffer.limit()));
        left -= out.write(buffer);
      }
    }
  }
}
