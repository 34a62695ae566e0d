// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tokenzip.tensor.DType;

class MiniGeminiConfigTest {
  /** The settings of MGM-7B that matter, with the towers' names as it was trained. */
  private static final String PUBLISHED =
      "{'model_type':'mgm','hidden_size':4096,'intermediate_size':11008,'vocab_size':32000,"
          + "'max_position_embeddings':4096,'rms_norm_eps':1e-5,'torch_dtype':'bfloat16',"
          + "'image_aspect_ratio':'pad','image_grid':1,'image_global':false,'image_size_aux':768,"
          + "'mm_hidden_size':1024,'mm_hidden_size_aux':2880,'mm_projector_type':'mlp2x_gelu',"
          + "'mm_vision_select_layer':-2,'mm_vision_select_feature':'patch',"
          + "'mm_use_im_start_end':false,"
          + "'mm_vision_tower':'model_zoo/OpenAI/clip-vit-large-patch14-336','mm_vision_tower_aux':"
          + "'model_zoo/OpenAI/openclip-convnext-large-d-320-laion2B-s29B-b131K-ft-soup'}";

  @TempDir Path directory;

  @Test
  void publishedTowersAreKnownByName() {
    LlavaConfig config = read(PUBLISHED);
    assertThat(config.family()).isEqualTo(ModelFamily.MINI_GEMINI);
    assertThat(config.vision().gridSide()).isEqualTo(24);
    assertThat(config.visionLayersNeeded()).isEqualTo(23);
    assertThat(config.imageTokenId()).isEqualTo(-200);
    assertThat(config.dtype()).isEqualTo(DType.BF16);
    HighResolutionConfig second = config.highResolution();
    assertThat(second.tower())
        .isEqualTo(new ConvNextConfig(List.of(3, 3, 27, 3), List.of(192, 384, 768, 1536), 1e-6));
    assertThat(second.mapSide()).isEqualTo(192);
    assertThat(second.views()).isEqualTo(1);
    assertThat(second.padsToSquare()).isTrue();
    LlavaParameters parameters = LlavaParameters.of(config, false);
    assertThat(parameters.required())
        .containsEntry("vision_tower_aux.stem.0.weight", List.of(192L, 3L, 4L, 4L))
        .containsEntry("vision_tower_aux.stages.2.blocks.26.mlp.fc1.weight", List.of(3072L, 768L))
        .containsEntry(
            "vision_tower_aux.stages.3.downsample.1.weight", List.of(1536L, 768L, 2L, 2L))
        .containsEntry("vlm_uni_aux_projector.1.weight", List.of(1024L, 2880L))
        .doesNotContainKey("vision_tower_aux.stages.0.downsample.0.weight");
  }

  @Test
  void hdModelsSeeFiveViews() {
    LlavaConfig config =
        read(
            PUBLISHED
                .replace(
                    "'image_grid':1,'image_global':false", "'image_grid':2,'image_global':true")
                .replace("768,'mm_h", "1536,'mm_h")
                .replace("'mgm'", "'mini_gemini'"));
    assertThat(config.highResolution().views()).isEqualTo(5);
    assertThat(config.highResolution().mapSide()).isEqualTo(384);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'mgm' | 'mgm_gemma' | 'model_type' must be a supported model type (llava, llava_next, llava_onevision, video_llava, mgm), got '\"mgm_gemma\"'",
        "'mgm' | 'mgm_mixtral' | 'model_type' must be a supported model type",
        "'image_grid':1 | 'image_grid':3 | 'image_grid' must be an integer from 1 to 2, got '3'",
        "'image_grid':1 | 'image_grid':2 | 'image_global' must be true with image_grid 2",
        "'image_global':false | 'image_global':true | 'image_global' must be false without crops",
        "'image_size_aux':768 | 'image_size_aux':760 | 'image_size_aux' must be a multiple of 96",
        "'image_size_aux':768 | 'image_size_aux':null | 'image_size_aux' must be a multiple of 96",
        "'image_aspect_ratio':'pad' | 'image_aspect_ratio':'anyres' | 'image_aspect_ratio' must be one of pad, square",
        "mlp2x_gelu | linear | 'mm_projector_type' must be one of mlp2x_gelu",
        "'patch' | 'cls_patch' | 'mm_vision_select_feature' must be one of patch",
        "'mm_use_im_start_end':false | 'mm_use_im_start_end':true | 'mm_use_im_start_end' must be false",
        "2880 | 1920 | 'mm_hidden_size_aux' must be 2880, the width of the tower",
        "'mm_hidden_size':1024 | 'mm_hidden_size':768 | 'mm_hidden_size' must be 1024",
        "openclip-convnext-large-d-320-laion2B-s29B-b131K-ft-soup | eva-large | 'mm_vision_tower_aux' must be the folder of an OpenCLIP ConvNeXt (convnext_base, convnext_large, convnext_xxlarge)",
        "openclip-convnext-large-d-320-laion2B-s29B-b131K-ft-soup | openclip-convnext-tiny | 'mm_vision_tower_aux' must be a published tower (convnext_base, convnext_large, convnext_xxlarge) or a folder with open_clip_config.json in",
        "clip-vit-large-patch14-336 | siglip-large | 'mm_vision_tower' must be clip-vit-large-patch14-336 or a folder with a CLIP tower's config.json in",
        "'model_zoo/OpenAI/clip-vit-large-patch14-336' | '' | 'mm_vision_tower' must be the folder that the tower comes from",
        "'vocab_size':32000 | 'vocab_size':32000,'quantization_config':{} | 'quantization_config' must be absent",
        "'vocab_size':32000 | 'vocab_size':32000,'hidden_act':'gelu' | 'hidden_act' must be one of silu",
      })
  void whatIsNotSupportedIsRefusedByName(String from, String to, String complaint) {
    assertThat(PUBLISHED).contains(from);
    assertThatThrownBy(() -> read(PUBLISHED.replace(from, to)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'model_cfg':{'vision_cfg':{'timm_model_name':'convnext_small'}}} | 'model_cfg.vision_cfg.timm_model_name' must be a supported tower (convnext_base, convnext_large, convnext_xxlarge), got '\"convnext_small\"'",
        "{} | 'model_cfg.vision_cfg.timm_model_name' must be a supported tower",
        "{'model_cfg':{'vision_cfg':{'timm_model_name':'convnext_base','model_args':{'dims':[8]}}}} | 'model_cfg.vision_cfg.model_args.dims' must be an array of 4 integers",
      })
  void aTowersOwnFileDecides(String content, String complaint) throws IOException {
    Path tower = Files.createDirectories(directory.resolve("openclip-convnext-tiny"));
    Files.writeString(tower.resolve("open_clip_config.json"), content.replace('\'', '"'));
    String json =
        PUBLISHED.replace(
            "openclip-convnext-large-d-320-laion2B-s29B-b131K-ft-soup", "openclip-convnext-tiny");
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(complaint);
  }

  @Test
  void everyPublishedTowerHasItsOwnForm() {
    String xxl = PUBLISHED.replace("large-d-320-laion2B-s29B-b131K-ft-soup", "xxlarge-laion2B");
    LlavaConfig config = read(xxl.replace("2880", "5760"));
    assertThat(config.highResolution().tower())
        .isEqualTo(new ConvNextConfig(List.of(3, 4, 30, 3), List.of(384, 768, 1536, 3072), 1e-5));
    String base = PUBLISHED.replace("large-d-320-laion2B-s29B-b131K-ft-soup", "base-w-320-laion");
    assertThat(read(base.replace("2880", "1920")).highResolution().tower().widths())
        .containsExactly(128, 256, 512, 1024);
  }

  private LlavaConfig read(String json) {
    return ModelConfig.read(directory, ConfigJson.parse("config.json", json.replace('\'', '"')));
  }
}
