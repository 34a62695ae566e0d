// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.nio.file.Path;
import java.util.List;
import org.tokenzip.tensor.DType;

/**
 * Reads {@code config.json}. Keys that a file omits have the defaults of the library that writes
 * these files, old and new spellings are both understood, and a setting that would change the
 * result but is not implemented is refused by name.
 */
public final class ModelConfig {
  /** Name of the file. */
  public static final String FILE = "config.json";

  private static final String LLAVA = "llava";
  private static final int DEFAULT_IMAGE_TOKEN = 32000;

  private ModelConfig() {}

  /**
   * Reads the configuration of the checkpoint in {@code directory}.
   *
   * @throws CheckpointException if there is none, or it is malformed, contradicts itself or asks
   *     for an architecture or a setting that is not supported
   */
  public static LlavaConfig read(Path directory) {
    CheckpointDirectory.require(directory);
    return read(ConfigJson.read(directory.resolve(FILE)));
  }

  static LlavaConfig read(ConfigJson json) {
    requireType(json, LLAVA, "a supported model type (llava)", true);
    json.refuse("quantization_config", "quantised checkpoints are not supported");
    ConfigJson visionJson = json.child("vision_config");
    ConfigJson textJson = json.child("text_config");
    requireType(
        visionJson,
        ClipVisionConfig.MODEL_TYPE,
        "a supported vision tower (" + ClipVisionConfig.MODEL_TYPE + ")",
        json.has("vision_config"));
    requireType(
        textJson,
        LlamaConfig.MODEL_TYPE,
        "a supported language model (" + LlamaConfig.MODEL_TYPE + ")",
        false);
    ClipVisionConfig vision = ClipVisionConfig.read(visionJson);
    LlamaConfig text = LlamaConfig.read(textJson);
    return new LlavaConfig(
        vision,
        text,
        json.choice("projector_hidden_act", ClipVisionConfig.ACTIVATIONS, "gelu"),
        json.bool("multimodal_projector_bias", true),
        imageTokenId(json, text.vocabSize()),
        featureLayer(json, vision.layers()),
        json.choice("vision_feature_select_strategy", List.of("default", "full"), "default")
                .equals("full")
            ? FeatureSelect.FULL
            : FeatureSelect.DEFAULT,
        json.bool("tie_word_embeddings", false) || textJson.bool("tie_word_embeddings", false),
        dtype(json));
  }

  private static void requireType(
      ConfigJson json, String type, String expected, boolean mandatory) {
    String got = mandatory ? json.string("model_type") : json.string("model_type", type);
    if (!type.equals(got)) {
      throw json.wrong("model_type", expected);
    }
  }

  private static int imageTokenId(ConfigJson json, int vocabulary) {
    Integer id = json.integer("image_token_id", 0, vocabulary - 1);
    Integer index = json.integer("image_token_index", 0, vocabulary - 1);
    if (id != null && index != null && !id.equals(index)) {
      throw json.wrong("image_token_id", "equal to image_token_index " + index);
    }
    if (id != null) {
      return id;
    }
    if (index != null) {
      return index;
    }
    if (vocabulary <= DEFAULT_IMAGE_TOKEN) {
      throw json.wrong("image_token_index", "an integer from 0 to " + (vocabulary - 1));
    }
    return DEFAULT_IMAGE_TOKEN;
  }

  private static int featureLayer(ConfigJson json, int layers) {
    List<Integer> selected = json.integers("vision_feature_layer", -layers - 1, layers);
    if (selected.size() > 1) {
      throw json.wrong("vision_feature_layer", "a single layer");
    }
    return selected.isEmpty() ? -2 : selected.get(0);
  }

  private static DType dtype(ConfigJson json) {
    String key = json.has("dtype") ? "dtype" : "torch_dtype";
    return DType.parse(json.choice(key, List.of("float32", "float16", "bfloat16"), "float32"));
  }
}
