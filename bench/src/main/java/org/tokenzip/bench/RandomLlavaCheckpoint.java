// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tokenzip.pipeline.EmbeddedModel;
import org.tokenzip.weights.DualTowerConfig;
import org.tokenzip.weights.DualTowerParameters;
import org.tokenzip.weights.LlavaParameters;
import org.tokenzip.weights.ModelConfig;

/**
 * A LLaVA-1.5-7B with random fp16 weights and fewer layers in its language model, as a checkpoint
 * folder. Its vocabulary, tokenizer and template are the embedded model's: a table of 32 000 tokens
 * costs memory and no time.
 */
final class RandomLlavaCheckpoint implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  /** Writes the checkpoint into a temporary folder, which {@link #close} removes. */
  RandomLlavaCheckpoint(int layers) throws IOException {
    folder = Files.createTempDirectory("tokenzip-bench-");
    try {
      write(layers);
      writeTextTower();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void write(int layers) throws IOException {
    for (String name :
        List.of("tokenizer.json", "tokenizer_config.json", "generation_config.json")) {
      Files.copy(EmbeddedModel.directory().resolve(name), folder.resolve(name));
    }
    edit("preprocessor_config.json", RandomLlavaCheckpoint::enlarge);
    edit("config.json", config -> configure(config, layers));
    LlavaParameters parameters = LlavaParameters.of(ModelConfig.read(folder), false);
    Map<String, List<Long>> shapes = new LinkedHashMap<>(parameters.required());
    shapes.putAll(parameters.optional()); // the way from patches to the text tower
    RandomParameters.write(longs(shapes), true, folder.resolve("model.safetensors"));
  }

  /** The text tower of CLIP-L, which methods that go by the question need. */
  private void writeTextTower() throws IOException {
    Path clip = Files.createDirectory(folder.resolve("clip"));
    for (String name : List.of("clip/tokenizer.json", "clip/tokenizer_config.json")) {
      Files.copy(EmbeddedModel.directory().resolve(name), folder.resolve(name));
    }
    edit(
        "clip/config.json",
        config -> {
          config.put("projection_dim", 768);
          enlargeTower((ObjectNode) config.get("vision_config"));
          ((ObjectNode) config.get("text_config"))
              .put("hidden_size", 768)
              .put("intermediate_size", 3072)
              .put("num_hidden_layers", 12)
              .put("num_attention_heads", 12)
              .put("projection_dim", 768);
        });
    RandomParameters.write(
        longs(DualTowerParameters.of(DualTowerConfig.read(clip)).required()),
        true,
        clip.resolve("model.safetensors"));
  }

  private static Map<String, long[]> longs(Map<String, List<Long>> shapes) {
    Map<String, long[]> longs = new LinkedHashMap<>();
    shapes.forEach(
        (name, shape) -> longs.put(name, shape.stream().mapToLong(Long::longValue).toArray()));
    return longs;
  }

  Path folder() {
    return folder;
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private interface Edit {
    void apply(ObjectNode json);
  }

  private void edit(String name, Edit edit) throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(EmbeddedModel.directory().resolve(name).toFile());
    edit.apply(json);
    JSON.writeValue(folder.resolve(name).toFile(), json);
  }

  private static void enlarge(ObjectNode preprocessing) {
    preprocessing.putObject("size").put("shortest_edge", 336);
    preprocessing.putObject("crop_size").put("height", 336).put("width", 336);
  }

  private static void configure(ObjectNode config, int layers) {
    config.put("image_seq_length", 576);
    enlargeTower((ObjectNode) config.get("vision_config"));
    ((ObjectNode) config.get("text_config"))
        .put("hidden_size", 4096)
        .put("intermediate_size", 11008)
        .put("num_hidden_layers", layers)
        .put("num_attention_heads", 32)
        .put("num_key_value_heads", 32)
        .put("head_dim", 128)
        .put("max_position_embeddings", 4096);
  }

  private static void enlargeTower(ObjectNode vision) {
    vision
        .put("hidden_size", 1024)
        .put("intermediate_size", 4096)
        .put("num_hidden_layers", 24)
        .put("num_attention_heads", 16)
        .put("image_size", 336)
        .put("projection_dim", 768);
  }
}
