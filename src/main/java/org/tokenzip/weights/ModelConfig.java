// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tokenzip.tensor.DType;

/**
 * Reads {@code config.json}. Keys that a file omits have the defaults of the library that writes
 * these files, old and new spellings are both understood, and a setting that would change the
 * result but is not implemented is refused by name.
 */
public final class ModelConfig {
  /** Name of the file. */
  public static final String FILE = "config.json";

  private ModelConfig() {}

  /**
   * Reads the configuration of the checkpoint in {@code directory}.
   *
   * @throws CheckpointException if there is none, or it is malformed, contradicts itself or asks
   *     for an architecture or a setting that is not supported
   */
  public static LlavaConfig read(Path directory) {
    CheckpointDirectory.require(directory);
    return read(directory, ConfigJson.read(directory.resolve(FILE)));
  }

  static LlavaConfig read(Path directory, ConfigJson json) {
    ModelFamily family =
        MiniGeminiConfig.FORMER_MODEL_TYPE.equals(json.string("model_type"))
            ? ModelFamily.MINI_GEMINI
            : named(json, "model type", ModelFamily.values(), ModelFamily::modelType, null);
    return family == ModelFamily.MINI_GEMINI
        ? MiniGeminiConfig.read(directory, json)
        : read(family, json);
  }

  private static LlavaConfig read(ModelFamily family, ConfigJson json) {
    json.refuse("quantization_config", "quantised checkpoints are not supported");
    ConfigJson visionJson = json.child("vision_config");
    ConfigJson textJson = json.child("text_config");
    VisionArchitecture tower =
        named(
            visionJson,
            "vision tower",
            VisionArchitecture.values(),
            VisionArchitecture::modelType,
            json.has("vision_config") ? null : family.vision);
    TextArchitecture language =
        named(
            textJson,
            "language model",
            TextArchitecture.values(),
            TextArchitecture::modelType,
            family.text);
    VisionConfig vision = VisionConfig.read(visionJson, tower);
    LlamaConfig text = LlamaConfig.read(textJson, language);
    return new LlavaConfig(
        family,
        vision,
        text,
        json.choice("projector_hidden_act", VisionConfig.ACTIVATIONS, "gelu"),
        json.bool("multimodal_projector_bias", true),
        tokenId(json, "image", text.vocabSize(), family.imageTokenId),
        family.videoTokenId == null
            ? null
            : tokenId(json, "video", text.vocabSize(), family.videoTokenId),
        featureLayer(json, vision.layers(), family.featureLayer),
        select(json, family),
        AnyresConfig.read(json, family, vision.imageSize()),
        null,
        json.bool("tie_word_embeddings", false) || textJson.bool("tie_word_embeddings", false),
        dtype(json));
  }

  /** The entry of {@code supported} that {@code model_type} names. */
  private static <T> T named(
      ConfigJson json,
      String what,
      T[] supported,
      Function<T, String> modelType,
      @Nullable T fallback) {
    String name = json.string("model_type");
    if (name == null && fallback != null) {
      return fallback;
    }
    for (T each : supported) {
      if (modelType.apply(each).equals(name)) {
        return each;
      }
    }
    String names = Arrays.stream(supported).map(modelType).collect(Collectors.joining(", "));
    throw json.wrong("model_type", "a supported " + what + " (" + names + ")");
  }

  private static FeatureSelect select(ConfigJson json, ModelFamily family) {
    return json.choice(
                "vision_feature_select_strategy", List.of("default", "full"), family.selectStrategy)
            .equals("full")
        ? FeatureSelect.FULL
        : FeatureSelect.DEFAULT;
  }

  private static int tokenId(ConfigJson json, String medium, int vocabulary, int fallback) {
    Integer id = json.integer(medium + "_token_id", 0, vocabulary - 1);
    Integer index = json.integer(medium + "_token_index", 0, vocabulary - 1);
    if (id != null && index != null && !id.equals(index)) {
      throw json.wrong(medium + "_token_id", "equal to " + medium + "_token_index " + index);
    }
    if (id != null) {
      return id;
    }
    if (index != null) {
      return index;
    }
    if (vocabulary <= fallback) {
      throw json.wrong(medium + "_token_index", "an integer from 0 to " + (vocabulary - 1));
    }
    return fallback;
  }

  private static int featureLayer(ConfigJson json, int layers, int fallback) {
    List<Integer> selected = json.integers("vision_feature_layer", -layers - 1, layers);
    if (selected.size() > 1) {
      throw json.wrong("vision_feature_layer", "a single layer");
    }
    return selected.isEmpty() ? fallback : selected.get(0);
  }

  private static DType dtype(ConfigJson json) {
    String key = json.has("dtype") ? "dtype" : "torch_dtype";
    return DType.parse(json.choice(key, List.of("float32", "float16", "bfloat16"), "float32"));
  }
}
