// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Canonical names and shapes of the parameters of a CLIP model that stands beside a LLaVA model,
 * which has a vision tower of its own.
 *
 * @param required the text tower and both projections
 * @param unused the vision tower
 */
public record ClipParameters(Map<String, List<Long>> required, Map<String, List<Long>> unused) {
  public ClipParameters {
    required = Collections.unmodifiableMap(new TreeMap<>(required));
    unused = Collections.unmodifiableMap(new TreeMap<>(unused));
  }

  /** The parameters of {@code config}. */
  public static ClipParameters of(ClipConfig config) {
    Map<String, List<Long>> required = textTower(config.text());
    int shared = config.projectionSize();
    LlavaParameters.Builder.put(
        required, "text_projection.weight", shared, config.text().hiddenSize());
    LlavaParameters.Builder.put(
        required, "visual_projection.weight", shared, config.vision().hiddenSize());
    LlavaParameters.Builder.put(required, "logit_scale");
    return new ClipParameters(required, visionTower(config.vision()));
  }

  private static Map<String, List<Long>> textTower(ClipTextConfig text) {
    Map<String, List<Long>> tensors = new TreeMap<>();
    int width = text.hiddenSize();
    String embeddings = "text_model.embeddings.";
    LlavaParameters.Builder.put(
        tensors, embeddings + "token_embedding.weight", text.vocabSize(), width);
    LlavaParameters.Builder.put(
        tensors, embeddings + "position_embedding.weight", text.positions(), width);
    layers(tensors, "text_model", text);
    LlavaParameters.Builder.affine(tensors, "text_model.final_layer_norm", width);
    return tensors;
  }

  private static Map<String, List<Long>> visionTower(VisionConfig vision) {
    Map<String, List<Long>> tensors = new TreeMap<>();
    int width = vision.hiddenSize();
    int patch = vision.patchSize();
    String embeddings = "vision_model.embeddings.";
    LlavaParameters.Builder.put(tensors, embeddings + "class_embedding", width);
    LlavaParameters.Builder.put(
        tensors, embeddings + "patch_embedding.weight", width, 3, patch, patch);
    LlavaParameters.Builder.put(
        tensors, embeddings + "position_embedding.weight", vision.patches() + 1, width);
    LlavaParameters.Builder.affine(tensors, "vision_model.pre_layrnorm", width);
    LlavaParameters.Builder.affine(tensors, "vision_model.post_layernorm", width);
    layers(tensors, "vision_model", vision);
    return tensors;
  }

  private static void layers(Map<String, List<Long>> into, String tower, EncoderConfig encoder) {
    for (int i = 0; i < encoder.layers(); i++) {
      LlavaParameters.Builder.towerLayer(into, tower + ".encoder.layers." + i + ".", encoder);
    }
  }
}
