// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Canonical names and shapes of the parameters of a dual tower that stands beside a LLaVA model,
 * which has a vision tower of its own.
 *
 * @param required the text tower and what brings texts and patches into the shared space
 * @param unused the vision tower
 */
public record DualTowerParameters(
    Map<String, List<Long>> required, Map<String, List<Long>> unused) {
  public DualTowerParameters {
    required = Collections.unmodifiableMap(new TreeMap<>(required));
    unused = Collections.unmodifiableMap(new TreeMap<>(unused));
  }

  /** The parameters of {@code config}. */
  public static DualTowerParameters of(DualTowerConfig config) {
    Map<String, List<Long>> required = textTower(config.text());
    Map<String, List<Long>> unused = visionTower(config.vision());
    switch (config.vision().architecture()) {
      case CLIP -> clip(config, required, unused);
      case SIGLIP -> siglip(config, required, unused);
    }
    return new DualTowerParameters(required, unused);
  }

  private static void clip(
      DualTowerConfig config, Map<String, List<Long>> required, Map<String, List<Long>> unused) {
    int shared = config.sharedSize();
    int width = config.vision().hiddenSize();
    LlavaParameters.Builder.put(
        required, "text_projection.weight", shared, config.text().hiddenSize());
    LlavaParameters.Builder.put(required, "visual_projection.weight", shared, width);
    LlavaParameters.Builder.put(required, "logit_scale");
    LlavaParameters.Builder.put(unused, "vision_model.embeddings.class_embedding", width);
    LlavaParameters.Builder.affine(unused, "vision_model.pre_layrnorm", width);
  }

  /** Of the pooling head single patches need all but the probe and what follows the attention. */
  private static void siglip(
      DualTowerConfig config, Map<String, List<Long>> required, Map<String, List<Long>> unused) {
    VisionConfig vision = config.vision();
    int width = vision.hiddenSize();
    String head = "vision_model.head.";
    LlavaParameters.Builder.affine(
        required, "text_model.head", config.sharedSize(), config.text().hiddenSize());
    LlavaParameters.Builder.put(required, "logit_scale", 1);
    LlavaParameters.Builder.poolingHead(required, head, vision);
    for (String name : List.of("probe", "attention.out_proj.weight", "attention.out_proj.bias")) {
      unused.put(head + name, required.remove(head + name));
    }
    LlavaParameters.Builder.put(unused, "logit_bias", 1);
    LlavaParameters.Builder.put(unused, "vision_model.embeddings.patch_embedding.bias", width);
  }

  private static Map<String, List<Long>> textTower(TextTowerConfig text) {
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

  /** What both kinds of vision tower have. */
  private static Map<String, List<Long>> visionTower(VisionConfig vision) {
    Map<String, List<Long>> tensors = new TreeMap<>();
    int width = vision.hiddenSize();
    int patch = vision.patchSize();
    String embeddings = "vision_model.embeddings.";
    LlavaParameters.Builder.put(
        tensors, embeddings + "patch_embedding.weight", width, 3, patch, patch);
    LlavaParameters.Builder.put(
        tensors, embeddings + "position_embedding.weight", vision.positions(), width);
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
