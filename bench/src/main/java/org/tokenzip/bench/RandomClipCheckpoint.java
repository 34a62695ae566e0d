// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tokenzip.weights.VisionConfig;

/**
 * A CLIP vision tower with random fp32 weights, as a checkpoint folder: real shapes without a
 * download.
 */
final class RandomClipCheckpoint implements AutoCloseable {
  private static final String PREFIX = "vision_tower.";

  private final Path folder;

  /** Writes the checkpoint into a temporary folder, which {@link #close} removes. */
  RandomClipCheckpoint(VisionConfig config) throws IOException {
    folder = Files.createTempDirectory("tokenzip-bench-");
    try {
      RandomParameters.write(shapes(config), false, folder.resolve("model.safetensors"));
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
    shapes.put(PREFIX + "embeddings.class_embedding", new long[] {width});
    shapes.put(PREFIX + "embeddings.patch_embedding.weight", new long[] {width, 3, patch, patch});
    shapes.put(
        PREFIX + "embeddings.position_embedding.weight", new long[] {config.patches() + 1, width});
    putPair(shapes, PREFIX + "pre_layrnorm", width);
    for (int i = 0; i < config.layers(); i++) {
      String layer = PREFIX + "encoder.layers." + i + ".";
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
}
