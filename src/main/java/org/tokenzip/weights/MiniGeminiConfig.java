// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.nio.file.Path;
import java.util.List;
import org.tokenzip.tensor.DType;

/**
 * Reads {@code config.json} of a Mini-Gemini checkpoint: the language model's settings with those
 * of the towers among them. The towers' own settings are in the folders they come from; what
 * published towers are like is known without.
 */
final class MiniGeminiConfig {
  /** What the first checkpoints call the family. */
  static final String FORMER_MODEL_TYPE = "mini_gemini";

  private static final String VISION = "mm_vision_tower";
  private static final String AUX = "mm_vision_tower_aux";
  private static final String SIZE = "image_size_aux";

  private MiniGeminiConfig() {}

  static LlavaConfig read(Path directory, ConfigJson json) {
    refuseVariants(json);
    TowerFolder visionFolder = TowerFolder.read(json, VISION, directory);
    TowerFolder towerFolder = TowerFolder.read(json, AUX, directory);
    VisionConfig vision = vision(json, visionFolder);
    requireWidth(json, "mm_hidden_size", vision.hiddenSize());
    ConvNextConfig tower = ConvNextVariant.read(json, AUX, towerFolder);
    requireWidth(json, "mm_hidden_size_aux", tower.totalWidth());
    LlamaConfig text = LlamaConfig.read(json, TextArchitecture.LLAMA);
    String dtype = json.has("dtype") ? "dtype" : "torch_dtype";
    return new LlavaConfig(
        ModelFamily.MINI_GEMINI,
        vision,
        text,
        "gelu",
        true,
        ModelFamily.MINI_GEMINI.imageTokenId,
        null,
        featureLayer(json, vision),
        FeatureSelect.DEFAULT,
        null,
        highResolution(json, vision, tower, visionFolder, towerFolder),
        json.bool("tie_word_embeddings", false),
        DType.parse(json.choice(dtype, List.of("float32", "float16", "bfloat16"), "float32")));
  }

  /** Settings that would change what is computed. */
  private static void refuseVariants(ConfigJson json) {
    json.refuse("quantization_config", "quantised checkpoints are not supported");
    json.choice("mm_projector_type", List.of("mlp2x_gelu"), "linear");
    json.choice("mm_vision_select_feature", List.of("patch"), "patch");
    if (json.bool("mm_use_im_start_end", false)) {
      throw json.wrong("mm_use_im_start_end", "false");
    }
  }

  private static VisionConfig vision(ConfigJson json, TowerFolder folder) {
    if (folder.has(ModelConfig.FILE)) {
      ConfigJson own = ConfigJson.read(folder.file(ModelConfig.FILE));
      boolean dual = own.has("vision_config");
      own.choice("model_type", List.of("clip", "clip_vision_model"), "clip");
      return VisionConfig.read(dual ? own.child("vision_config") : own, VisionArchitecture.CLIP);
    }
    if (folder.lastName().equals("clip-vit-large-patch14-336")) {
      return new VisionConfig(
          VisionArchitecture.CLIP, 1024, 4096, 24, 16, 336, 14, "quick_gelu", 1e-5);
    }
    throw json.wrong(
        VISION,
        "clip-vit-large-patch14-336 or a folder with a CLIP tower's config.json in " + folder);
  }

  private static void requireWidth(ConfigJson json, String key, int width) {
    if (json.integer(key, 1, Limits.WIDTH, width) != width) {
      throw json.wrong(key, width + ", the width of the tower it is named for");
    }
  }

  private static int featureLayer(ConfigJson json, VisionConfig vision) {
    int layers = vision.layers();
    return json.integer(
        "mm_vision_select_layer", -layers - 1, layers, ModelFamily.MINI_GEMINI.featureLayer);
  }

  private static HighResolutionConfig highResolution(
      ConfigJson json,
      VisionConfig vision,
      ConvNextConfig tower,
      TowerFolder visionFolder,
      TowerFolder towerFolder) {
    int grid = json.integer("image_grid", 1, 2, 1);
    if (json.bool("image_global", false) != (grid > 1)) {
      throw json.wrong("image_global", grid > 1 ? "true with image_grid 2" : "false without crops");
    }
    Integer size = json.integer(SIZE, ConvNextConfig.SMALLEST_IMAGE, Limits.IMAGE_SIDE);
    int cells = ConvNextConfig.STEM * grid * vision.gridSide();
    if (size == null || size % cells != 0) {
      throw json.wrong(SIZE, "a multiple of " + cells + ", so that every patch has its own cells");
    }
    String aspect = json.choice("image_aspect_ratio", List.of("pad", "square"), "square");
    return new HighResolutionConfig(
        tower, size, grid, aspect.equals("pad"), visionFolder, towerFolder);
  }
}
