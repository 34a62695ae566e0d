// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever a configuration holds, it is read or refused by the one documented exception. */
class ConfigFuzzTest {
  private static final JsonMapper MAPPER = new JsonMapper();

  private static final String VALID =
      "{\"model_type\":\"llava\",\"torch_dtype\":\"float16\",\"image_token_index\":448,"
          + "\"projector_hidden_act\":\"gelu\",\"vision_feature_layer\":-2,"
          + "\"vision_feature_select_strategy\":\"default\",\"tie_word_embeddings\":false,"
          + "\"text_config\":{\"model_type\":\"llama\",\"hidden_size\":64,\"vocab_size\":512,"
          + "\"num_attention_heads\":4,\"head_dim\":16,\"rope_theta\":1e4,\"eos_token_id\":[2],"
          + "\"rope_parameters\":{\"rope_type\":\"default\"},\"rms_norm_eps\":1e-5},"
          + "\"vision_config\":{\"model_type\":\"clip_vision_model\",\"hidden_size\":64,"
          + "\"num_attention_heads\":4,\"image_size\":56,\"patch_size\":14},"
          + "\"size\":{\"shortest_edge\":56},\"crop_size\":{\"height\":56,\"width\":56},"
          + "\"image_mean\":[0.5,0.5,0.5],\"resample\":3,"
          + "\"image_grid_pinpoints\":[[56,112],[112,56]],"
          + "\"vision_aspect_ratio\":\"anyres_max_9\"}";

  /** The same as the configuration of a text tower. */
  private static final String CLIP =
      VALID.replace("\"llava\"", "\"clip\",\"projection_dim\":32,\"relevance_sign\":1");

  private static final String SIGLIP =
      VALID
          .replace("\"llava\"", "\"siglip\"")
          .replace("clip_vision_model", "siglip_vision_model")
          .replace("\"head_dim\":16", "\"pad_token_id\":1,\"projection_size\":64");

  private static final String MINI_GEMINI =
      "{\"model_type\":\"mgm\",\"hidden_size\":64,\"num_attention_heads\":4,"
          + "\"vocab_size\":512,\"torch_dtype\":\"bfloat16\",\"image_aspect_ratio\":\"pad\","
          + "\"image_grid\":2,\"image_global\":true,\"image_size_aux\":1536,"
          + "\"mm_hidden_size\":1024,\"mm_hidden_size_aux\":2880,"
          + "\"mm_projector_type\":\"mlp2x_gelu\",\"mm_vision_select_layer\":-2,"
          + "\"mm_vision_select_feature\":\"patch\",\"mm_use_im_start_end\":false,"
          + "\"mm_vision_tower\":\"a/clip-vit-large-patch14-336\","
          + "\"mm_vision_tower_aux\":\"a/openclip-convnext-large-d-320\"}";

  private static final List<String> KINDS = List.of(VALID, CLIP, SIGLIP, MINI_GEMINI);

  private static final TokenizerConfig NO_TOKENIZER = new TokenizerConfig(null, null, null);

  private static final List<Function<ConfigJson, Object>> READERS =
      List.of(
          json -> LlavaParameters.of(ModelConfig.read(Path.of("none"), json), false),
          json -> DualTowerParameters.of(DualTowerConfig.read(json, NO_TOKENIZER)),
          PreprocessorConfig::read,
          GenerationDefaults::read);

  @Property(tries = 5000)
  void valuesOfAnyType(
      @ForAll @Size(min = 1, max = 3) List<@IntRange(max = 100) Integer> fields,
      @ForAll("values") String value,
      @ForAll @IntRange(max = 3) int kind)
      throws IOException {
    JsonNode root = MAPPER.readTree(KINDS.get(kind));
    JsonNode replacement = MAPPER.readTree(value);
    for (int field : fields) {
      List<ObjectNode> owners = new ArrayList<>();
      List<String> keys = new ArrayList<>();
      collect(root, owners, keys);
      int chosen = field % keys.size();
      owners.get(chosen).set(keys.get(chosen), replacement.deepCopy());
    }
    readAll(root.toString());
  }

  @Property(tries = 2000)
  void anyCharacterChanged(@ForAll @IntRange(max = 2000) int place, @ForAll char character) {
    StringBuilder text = new StringBuilder(VALID);
    text.setCharAt(place % VALID.length(), character);
    readAll(text.toString());
  }

  @Property
  void anyText(@ForAll String text) {
    readAll(text);
  }

  @Property(tries = 20)
  void deepNesting(@ForAll @IntRange(max = 100_000) int depth) {
    readAll("{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}");
  }

  @Provide
  Arbitrary<String> values() {
    return Arbitraries.of(
        "null",
        "true",
        "false",
        "0",
        "1",
        "-1",
        "2",
        "3",
        "1e999",
        "-1e-999",
        "0.5",
        "2147483647",
        "2147483648",
        "-2147483648",
        "1048576",
        "1048575",
        "99999999999999999999999",
        "\"\"",
        "\"llama\"",
        "\"llava_next\"",
        "\"llava_onevision\"",
        "\"mistral\"",
        "\"qwen2\"",
        "\"siglip_vision_model\"",
        "\"anyres_max_99999\"",
        "[[56,56]]",
        "[[56,99999999999]]",
        "\"NaN\"",
        "[]",
        "[1]",
        "[1,2,3]",
        "[null]",
        "[\"a\",{}]",
        "{}",
        "{\"a\":1}",
        "{\"rope_type\":\"yarn\"}",
        "{\"shortest_edge\":-4}",
        "{\"height\":9}");
  }

  /** Every field of {@code node} and of the objects in it. */
  private static void collect(JsonNode node, List<ObjectNode> owners, List<String> keys) {
    node.fieldNames()
        .forEachRemaining(
            key -> {
              owners.add((ObjectNode) node);
              keys.add(key);
              collect(node.get(key), owners, keys);
            });
  }

  private static void readAll(String text) {
    for (Function<ConfigJson, Object> reader : READERS) {
      try {
        assertThat(reader.apply(ConfigJson.parse("config.json", text))).isNotNull();
      } catch (CheckpointException e) {
        assertThat(e).hasMessageStartingWith("config.json: ");
        assertThat(e.getMessage().length()).isLessThan(600);
      }
    }
  }
}
