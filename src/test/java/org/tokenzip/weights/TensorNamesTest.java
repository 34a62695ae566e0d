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
    "model.layers.0.mlp.up_proj.weight, language_model.layers.0.mlp.up_proj.weight",
    "model.norm.weight, language_model.norm.weight",
    "model.embed_tokens.weight, language_model.embed_tokens.weight",
    "model.mm_projector.2.bias, multi_modal_projector.linear_2.bias",
    "model.vision_tower.vision_tower.vision_model.pre_layrnorm.bias, vision_tower.pre_layrnorm.bias",
    "model.vision_tower_aux.vision_stem.1.bias, vision_tower_aux.stem.1.bias",
    "model.vision_tower_aux.vision_stages.3.blocks.0.gamma, vision_tower_aux.stages.3.blocks.0.gamma",
    "model.vlm_uni_val_projector.0.bias, vlm_uni_val_projector.0.bias",
    "model.mm_projector.1.bias, model.mm_projector.1.bias",
    "model.image_newlines, model.image_newlines",
    "vision_model.post_layernorm.bias, vision_model.post_layernorm.bias",
  })
  void allLayoutsFoldIntoOne(String name, String canonical) {
    assertThat(TensorNames.canonical(name)).isEqualTo(canonical);
    assertThat(TensorNames.canonical(canonical)).isEqualTo(canonical);
  }

  @Test
  void ofATowersFolderOnlyTheTowerCounts() {
    assertThat(TensorNames.inTowerFolder("vision_model.pre_layrnorm.bias", LlavaParameters.TOWER))
        .isEqualTo("vision_tower.pre_layrnorm.bias");
    assertThat(TensorNames.inTowerFolder("text_model.final_layer_norm.bias", LlavaParameters.TOWER))
        .isNull();
    assertThat(TensorNames.inTowerFolder("visual.trunk.stem.0.weight", LlavaParameters.AUX_TOWER))
        .isEqualTo("vision_tower_aux.stem.0.weight");
    assertThat(TensorNames.inTowerFolder("visual.trunk.head.norm.bias", LlavaParameters.AUX_TOWER))
        .isNull();
  }

  @Test
  void savedConstantsAreNoParameters() {
    assertThat(TensorNames.isBuffer("vision_tower.embeddings.position_ids")).isTrue();
    assertThat(TensorNames.isBuffer("language_model.layers.0.self_attn.rotary_emb.inv_freq"))
        .isTrue();
    assertThat(TensorNames.isBuffer("vision_tower.embeddings.position_embedding.weight")).isFalse();
  }
}
