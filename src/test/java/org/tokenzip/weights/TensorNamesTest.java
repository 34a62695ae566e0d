// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorNamesTest {
  @ParameterizedTest
  @CsvSource({
    "language_model.model.norm.weight, language_model.norm.weight",
    "model.language_model.norm.weight, language_model.norm.weight",
    "language_model.lm_head.weight, lm_head.weight",
    "lm_head.weight, lm_head.weight",
    "vision_tower.vision_model.post_layernorm.bias, vision_tower.post_layernorm.bias",
    "model.vision_tower.vision_model.post_layernorm.bias, vision_tower.post_layernorm.bias",
    "model.vision_tower.post_layernorm.bias, vision_tower.post_layernorm.bias",
    "video_tower.vision_model.pre_layrnorm.bias, video_tower.pre_layrnorm.bias",
    "model.multi_modal_projector.linear_1.weight, multi_modal_projector.linear_1.weight",
    "model.image_newline, image_newline",
    "model.layers.0.mlp.up_proj.weight, model.layers.0.mlp.up_proj.weight",
    "model.image_newlines, model.image_newlines",
    "vision_model.post_layernorm.bias, vision_model.post_layernorm.bias",
  })
  void allLayoutsFoldIntoOne(String name, String canonical) {
    assertThat(TensorNames.canonical(name)).isEqualTo(canonical);
    assertThat(TensorNames.canonical(canonical)).isEqualTo(canonical);
  }

  @Test
  void savedConstantsAreNoParameters() {
    assertThat(TensorNames.isBuffer("vision_tower.embeddings.position_ids")).isTrue();
    assertThat(TensorNames.isBuffer("language_model.layers.0.self_attn.rotary_emb.inv_freq"))
        .isTrue();
    assertThat(TensorNames.isBuffer("vision_tower.embeddings.position_embedding.weight")).isFalse();
  }
}
