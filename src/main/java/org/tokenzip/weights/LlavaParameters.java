// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Canonical names and shapes of the parameters of a LLaVA model.
 *
 * @param required what the model computes with
 * @param optional what methods compute with that read the prompt: the tower's last norm
 * @param unused what a checkpoint may hold besides: tower layers above the selected one and the
 *     tower's pooling head
 */
public record LlavaParameters(
    Map<String, List<Long>> required,
    Map<String, List<Long>> optional,
    Map<String, List<Long>> unused) {
  /** Name of the output head. */
  public static final String HEAD = "lm_head.weight";

  /** Where the names of a vision tower's parameters begin. */
  public static final String TOWER = "vision_tower.";

  /** The same for the tower for pictures in a model that has one for clips as well. */
  public static final String IMAGE_TOWER = "image_tower.";

  /** The same for the tower for clips. */
  public static final String VIDEO_TOWER = "video_tower.";

  /** The same for the high-resolution tower of Mini-Gemini. */
  public static final String AUX_TOWER = "vision_tower_aux.";

  /** Name of the embedding that ends a row of patches. */
  public static final String NEWLINE = "image_newline";

  public LlavaParameters {
    required = Collections.unmodifiableMap(new TreeMap<>(required));
    optional = Collections.unmodifiableMap(new TreeMap<>(optional));
    unused = Collections.unmodifiableMap(new TreeMap<>(unused));
  }

  /** The parameters that {@code config} asks for; with {@code tied} no head of its own. */
  public static LlavaParameters of(LlavaConfig config, boolean tied) {
    Builder builder = new Builder(config);
    if (config.family().hasVideoTower()) {
      builder.tower(IMAGE_TOWER);
      builder.tower(VIDEO_TOWER);
    } else {
      builder.tower(TOWER);
    }
    if (config.highResolution() != null) {
      HighResolutionParameters.put(
          builder.required, config.highResolution(), config.vision().hiddenSize());
    }
    builder.projector();
    builder.decoder();
    if (config.hasNewline()) {
      builder.newline();
    }
    if (!tied) {
      builder.head();
    }
    return new LlavaParameters(builder.required, builder.optional, builder.unused);
  }

  static final class Builder {
    final Map<String, List<Long>> required = new TreeMap<>();
    final Map<String, List<Long>> optional = new TreeMap<>();
    final Map<String, List<Long>> unused = new TreeMap<>();
    private final LlavaConfig config;

    Builder(LlavaConfig config) {
      this.config = config;
    }

    void tower(String tower) {
      VisionConfig vision = config.vision();
      int width = vision.hiddenSize();
      String patches = tower + "embeddings.patch_embedding";
      int patch = vision.patchSize();
      switch (vision.architecture()) {
        case CLIP -> {
          put(required, tower + "embeddings.class_embedding", width);
          put(required, patches + ".weight", width, 3, patch, patch);
          affine(required, tower + "pre_layrnorm", width);
        }
        case SIGLIP -> {
          affine(required, patches, width, 3, patch, patch);
          poolingHead(unused, tower + "head.", vision);
        }
      }
      put(required, tower + "embeddings.position_embedding.weight", vision.positions(), width);
      affine(optional, tower + "post_layernorm", width);
      for (int i = 0; i < vision.layers(); i++) {
        towerLayer(
            i < config.visionLayersNeeded() ? required : unused,
            tower + "encoder.layers." + i + ".",
            vision);
      }
    }

    /** What a dual tower pools its patches with; a language model gets the patches themselves. */
    static void poolingHead(Map<String, List<Long>> into, String head, VisionConfig vision) {
      int width = vision.hiddenSize();
      put(into, head + "probe", 1, 1, width);
      put(into, head + "attention.in_proj_weight", 3L * width, width);
      put(into, head + "attention.in_proj_bias", 3L * width);
      affine(into, head + "attention.out_proj", width, width);
      affine(into, head + "layernorm", width);
      affine(into, head + "mlp.fc1", vision.intermediateSize(), width);
      affine(into, head + "mlp.fc2", width, vision.intermediateSize());
    }

    void projector() {
      int width = config.text().hiddenSize();
      int[] inputs = {config.vision().hiddenSize(), width};
      for (int i = 0; i < inputs.length; i++) {
        String layer = "multi_modal_projector.linear_" + (i + 1);
        put(required, layer + ".weight", width, inputs[i]);
        if (config.projectorBias()) {
          put(required, layer + ".bias", width);
        }
      }
    }

    void decoder() {
      LlamaConfig text = config.text();
      int width = text.hiddenSize();
      put(required, "language_model.embed_tokens.weight", text.vocabSize(), width);
      put(required, "language_model.norm.weight", width);
      for (int i = 0; i < text.layers(); i++) {
        decoderLayer("language_model.layers." + i + ".", text);
      }
    }

    void newline() {
      put(required, NEWLINE, config.text().hiddenSize());
    }

    void head() {
      put(required, HEAD, config.text().vocabSize(), config.text().hiddenSize());
    }

    static void towerLayer(Map<String, List<Long>> into, String layer, EncoderConfig encoder) {
      int width = encoder.hiddenSize();
      affine(into, layer + "layer_norm1", width);
      affine(into, layer + "layer_norm2", width);
      for (String projection : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
        affine(into, layer + "self_attn." + projection, width, width);
      }
      affine(into, layer + "mlp.fc1", encoder.intermediateSize(), width);
      affine(into, layer + "mlp.fc2", width, encoder.intermediateSize());
    }

    private void decoderLayer(String layer, LlamaConfig text) {
      int width = text.hiddenSize();
      int queries = text.heads() * text.headDim();
      int keys = text.kvHeads() * text.headDim();
      put(required, layer + "input_layernorm.weight", width);
      put(required, layer + "post_attention_layernorm.weight", width);
      input(layer + "self_attn.q_proj", queries, text);
      input(layer + "self_attn.k_proj", keys, text);
      input(layer + "self_attn.v_proj", keys, text);
      put(required, layer + "self_attn.o_proj.weight", width, queries);
      put(required, layer + "mlp.gate_proj.weight", text.intermediateSize(), width);
      put(required, layer + "mlp.up_proj.weight", text.intermediateSize(), width);
      put(required, layer + "mlp.down_proj.weight", width, text.intermediateSize());
    }

    private void input(String name, int rows, LlamaConfig text) {
      put(required, name + ".weight", rows, text.hiddenSize());
      if (text.inputBias()) {
        put(required, name + ".bias", rows);
      }
    }

    /** A weight of this shape and a bias for its first dimension. */
    static void affine(Map<String, List<Long>> into, String name, long... shape) {
      put(into, name + ".weight", shape);
      put(into, name + ".bias", shape[0]);
    }

    static void put(Map<String, List<Long>> into, String name, long... shape) {
      into.put(name, Arrays.stream(shape).boxed().toList());
    }
  }
}
