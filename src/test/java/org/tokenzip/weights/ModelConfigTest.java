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

class ModelConfigTest {
  @Test
  void omittedKeysHaveTheWritersDefaults() {
    LlavaConfig config =
        read(
            "{'model_type':'llava','vision_config':{'model_type':'clip_vision_model'},"
                + "'text_config':{'vocab_size':32064}}");
    assertThat(config)
        .isEqualTo(
            new LlavaConfig(
                ModelFamily.LLAVA,
                new VisionConfig(
                    VisionArchitecture.CLIP, 768, 3072, 12, 12, 224, 32, "quick_gelu", 1e-5),
                new LlamaConfig(
                    TextArchitecture.LLAMA,
                    4096,
                    11008,
                    32,
                    32,
                    32,
                    128,
                    32064,
                    1e-6,
                    10000,
                    2048,
                    "silu",
                    List.of(2)),
                "gelu",
                true,
                32000,
                null,
                -2,
                FeatureSelect.DEFAULT,
                null,
                null,
                false,
                DType.FP32));
    assertThat(config.visionLayersNeeded()).isEqualTo(11);
  }

  @Test
  void everyFamilyHasItsOwnDefaults() {
    LlavaConfig next = read("{'model_type':'llava_next','image_token_index':7}");
    assertThat(next.text().maxPositions()).isEqualTo(2048);
    assertThat(next.anyres())
        .isEqualTo(
            new AnyresConfig(
                List.of(
                    new Resolution(448, 224),
                    new Resolution(224, 448),
                    new Resolution(448, 448),
                    new Resolution(224, 672),
                    new Resolution(672, 224)),
                null));
    LlavaConfig oneVision = read("{'model_type':'llava_onevision'}");
    assertThat(oneVision.vision())
        .isEqualTo(
            new VisionConfig(
                VisionArchitecture.SIGLIP, 768, 3072, 12, 12, 224, 16, "gelu_pytorch_tanh", 1e-6));
    assertThat(oneVision.text())
        .isEqualTo(
            new LlamaConfig(
                TextArchitecture.QWEN2,
                4096,
                22016,
                32,
                32,
                32,
                128,
                151936,
                1e-6,
                10000,
                32768,
                "silu",
                List.of()));
    assertThat(oneVision.anyres().resolutions()).hasSize(36).contains(new Resolution(1344, 224));
    assertThat(oneVision.anyres().maxTiles()).isEqualTo(9);
    assertThat(oneVision.imageTokenId()).isEqualTo(151646);
    assertThat(oneVision.videoTokenId()).isEqualTo(151647);
    LlavaConfig video = read("{'model_type':'video_llava','text_config':{'vocab_size':32064}}");
    assertThat(video.imageTokenId()).isEqualTo(32000);
    assertThat(video.videoTokenId()).isEqualTo(32001);
    assertThat(video.family().hasVideoTower()).isTrue();
    assertThat(video.vision().architecture()).isEqualTo(VisionArchitecture.CLIP);
    assertThat(oneVision.select()).isEqualTo(FeatureSelect.FULL);
    assertThat(oneVision.visionLayersNeeded()).isEqualTo(12);
  }

  @Test
  void mistralMayHaveNoWindowOrOneThatIsNeverOutgrown() {
    for (String window : List.of("null", "32768")) {
      LlamaConfig text =
          read(
                  "",
                  "",
                  "'model_type':'mistral','max_position_embeddings':32768,'sliding_window':"
                      + window)
              .text();
      assertThat(text.kvHeads()).isEqualTo(8);
      assertThat(text.intermediateSize()).isEqualTo(14336);
      assertThat(text.inputBias()).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'torch_dtype':'bfloat16','image_token_index':7 | 'rope_theta':5e5,'rope_scaling':null",
        "'dtype':'bfloat16','image_token_id':7 | 'rope_parameters':{'rope_type':'default','rope_theta':5e5}",
      })
  void oldAndNewSpellingsMeanTheSame(String top, String text) {
    LlavaConfig config = read(top, "", text);
    assertThat(config.dtype()).isEqualTo(DType.BF16);
    assertThat(config.imageTokenId()).isEqualTo(7);
    assertThat(config.text().ropeTheta()).isEqualTo(5e5);
  }

  @Test
  void groupsTiesAndEndTokensAreRead() {
    LlavaConfig config =
        read(
            "'vision_feature_select_strategy':'full','vision_feature_layer':-1",
            "",
            "'num_key_value_heads':8,'head_dim':64,'eos_token_id':[2,7],'tie_word_embeddings':true");
    assertThat(config.text().kvHeads()).isEqualTo(8);
    assertThat(config.text().headDim()).isEqualTo(64);
    assertThat(config.text().eosTokenIds()).containsExactly(2, 7);
    assertThat(config.tieWordEmbeddings()).isTrue();
    assertThat(config.select()).isEqualTo(FeatureSelect.FULL);
    assertThat(config.visionLayersNeeded()).isEqualTo(12);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "top | 'model_type':'blip' | 'model_type' must be a supported model type (llava, llava_next, llava_onevision, video_llava, mgm), got '`blip`'",
        "top | 'quantization_config':{} | 'quantization_config' must be absent, since quantised",
        "top | 'torch_dtype':'int8' | 'torch_dtype' must be one of float32, float16, bfloat16, got",
        "top | 'projector_hidden_act':'mish' | 'projector_hidden_act' must be one of gelu, quick_gelu",
        "top | 'vision_feature_layer':-14 | 'vision_feature_layer' must be an integer from -13 to 12",
        "top | 'vision_feature_layer':[-2,-5] | 'vision_feature_layer' must be a single layer, got",
        "top | 'vision_feature_select_strategy':'cls' | must be one of default, full, got '`cls`'",
        "top | 'image_token_index':32064 | 'image_token_index' must be an integer from 0 to 32063",
        "top | 'image_token_index':1,'image_token_id':2 | 'image_token_id' must be equal to image_token_index 1, got '2'",
        "top | 'tie_word_embeddings':'no' | 'tie_word_embeddings' must be true or false, got '`no`'",
        "vision | 'model_type':'vit' | 'vision_config.model_type' must be a supported vision tower (clip_vision_model, siglip_vision_model), got '`vit`'",
        "vision | 'hidden_act':'mish' | 'vision_config.hidden_act' must be one of",
        "vision | 'num_channels':4 | 'vision_config.num_channels' must be 3, got '4'",
        "vision | 'num_attention_heads':7 | must be a divisor of hidden_size 768, got '7'",
        "vision | 'patch_size':225 | 'vision_config.patch_size' must be an integer from 1 to 224",
        "vision | 'image_size':1000000000 | 'vision_config.image_size' must be an integer from 1",
        "vision | 'layer_norm_eps':-1 | 'vision_config.layer_norm_eps' must be a number from 0.0 to",
        "text | 'model_type':'phi' | 'text_config.model_type' must be a supported language model (llama, mistral, qwen2), got '`phi`'",
        "text | 'model_type':'mistral' | 'text_config.sliding_window' must be null or at least max_position_embeddings 131072, got nothing",
        "text | 'model_type':'mistral','sliding_window':4095,'max_position_embeddings':4096 | must be null or at least max_position_embeddings 4096, got '4095'",
        "text | 'model_type':'qwen2','use_sliding_window':true | 'text_config.use_sliding_window' must be false, got 'true'",
        "top | 'model_type':'llava_next','image_grid_pinpoints':[] | 'image_grid_pinpoints' must be an array of 1 to 1024 pairs of integers, got '[]'",
        "top | 'model_type':'llava_next','image_grid_pinpoints':[[224]] | 'image_grid_pinpoints' must be an array of 1 to 1024 pairs of integers, got",
        "top | 'model_type':'llava_next','image_grid_pinpoints':[[224,0]] | must be an integer from 1 to 16384 in every pair, got",
        "top | 'model_type':'llava_next','image_grid_pinpoints':[[224,336]] | 'image_grid_pinpoints' must be multiples of the vision tower's 224 pixels, got '[[224,336]]'",
        "top | 'model_type':'llava_onevision','image_token_index':7,'video_token_index':8,'vision_aspect_ratio':'pad' | 'vision_aspect_ratio' must be anyres_max_ and a number, got '`pad`'",
        "top | 'model_type':'llava_onevision','image_token_index':7,'video_token_index':8,'vision_aspect_ratio':'anyres_max_0' | 'vision_aspect_ratio' must be anyres_max_ and a number, got",
        "text | 'hidden_size':0 | 'text_config.hidden_size' must be an integer from 1 to 1048576, got '0'",
        "text | 'hidden_size':'4096' | must be an integer from 1 to 1048576, got '`4096`'",
        "text | 'hidden_size':99999999999 | must be an integer from 1 to 1048576, got '99999999999'",
        "text | 'num_attention_heads':33 | must be a divisor of hidden_size 4096, got '33'",
        "text | 'num_key_value_heads':5 | must be a divisor of num_attention_heads 32, got '5'",
        "text | 'head_dim':33 | 'text_config.head_dim' must be even and at most 32768, got '33'",
        "text | 'head_dim':40000 | 'text_config.head_dim' must be even and at most 32768, got",
        "text | 'attention_bias':true | 'text_config.attention_bias' must be false, got 'true'",
        "text | 'mlp_bias':true | 'text_config.mlp_bias' must be false, got 'true'",
        "text | 'sliding_window':4096 | 'text_config.sliding_window' must be absent, got '4096'",
        "text | 'use_sliding_window':true | 'text_config.sliding_window' must be absent",
        "text | 'layer_types':['sliding_attention'] | must be full_attention throughout",
        "text | 'layer_types':'x' | 'text_config.layer_types' must be an array of strings",
        "text | 'hidden_act':'gelu' | 'text_config.hidden_act' must be one of silu, got",
        "text | 'partial_rotary_factor':0.5 | 'text_config.partial_rotary_factor' must be 1, got",
        "text | 'rope_scaling':{'type':'linear','factor':2} | 'text_config.rope_scaling.type' must be one of default, got '`linear`'",
        "text | 'rope_scaling':{'rope_type':'llama3'} | 'text_config.rope_scaling.rope_type' must be one of default, got",
        "text | 'rope_scaling':{'factor':2} | 'text_config.rope_scaling.factor' must be absent, since scaled",
        "text | 'rope_parameters':{'rope_type':'yarn'} | 'text_config.rope_parameters.rope_type' must be one of default, got",
        "text | 'rope_parameters':[] | 'text_config.rope_parameters' must be an object, got '[]'",
        "text | 'rope_theta':1e999 | 'text_config.rope_theta' must be a number from 1.0 to",
        "text | 'eos_token_id':[2,'x'] | 'text_config.eos_token_id' must be an integer from 0 to 32063 or an array of them",
      })
  void whatIsNotSupportedIsRefusedByName(String place, String entry, String complaint) {
    String top = place.equals("top") ? entry : "";
    String vision = place.equals("vision") ? entry : "";
    String text = place.equals("text") ? entry : "";
    assertThatThrownBy(() -> read(top, vision, text))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("config.json: ")
        .hasMessageContaining(complaint.replace('`', '"'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``       | expected a JSON object",
        "[]       | expected a JSON object, got '[]'",
        "{        | not valid JSON: Unexpected end-of-input",
        "{} 1     | not valid JSON: Trailing token",
        "{'a':1,'a':2} | not valid JSON: Duplicate field 'a'",
        "{}       | 'model_type' must be a supported model type (llava, llava_next, llava_onevision, video_llava, mgm), got nothing",
      })
  void malformedFilesAreRefused(String json, String complaint) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("config.json: " + complaint);
  }

  @Test
  void directoriesWithoutConfigurationAreRefused(@TempDir Path dir) throws IOException {
    assertThatThrownBy(() -> ModelConfig.read(dir))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(dir.resolve("config.json") + ": expected a JSON file, found none");
    Path file = Files.write(dir.resolve("config.json"), new byte[] {(byte) 0xFF});
    assertThatThrownBy(() -> ModelConfig.read(dir))
        .hasMessage(file + ": expected JSON in UTF-8, got other bytes");
    assertThatThrownBy(() -> ModelConfig.read(file))
        .hasMessage(file + ": expected a checkpoint directory, found a file");
  }

  private static LlavaConfig read(String top, String vision, String text) {
    String type = top.contains("model_type") ? "" : ",'model_type':'llava'";
    String tower = vision.contains("model_type") ? "" : ",'model_type':'clip_vision_model'";
    String vocabulary = text.contains("vocab_size") ? "" : ",'vocab_size':32064";
    return read(
        ("{" + top + type + ",'vision_config':{" + vision + tower + "}").replace("{,", "{")
            + (",'text_config':{" + text + vocabulary + "}}").replace("{,", "{"));
  }

  private static LlavaConfig read(String json) {
    return ModelConfig.read(
        Path.of("none"), ConfigJson.parse("config.json", json.replace('\'', '"')));
  }
}
