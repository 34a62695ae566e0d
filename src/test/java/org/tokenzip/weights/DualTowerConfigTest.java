// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DualTowerConfigTest {
  @TempDir private Path dir;

  @Test
  void whatASiglipModelLeavesOutIsThePublishedDefault() throws IOException {
    DualTowerConfig config = read("{\"model_type\":\"siglip\"}");
    assertThat(config.vision().architecture()).isEqualTo(VisionArchitecture.SIGLIP);
    assertThat(config.text())
        .isEqualTo(
            new SiglipTextConfig(768, 3072, 12, 12, 32000, 64, "gelu_pytorch_tanh", 1e-6, 1));
    assertThat(config.sharedSize()).isEqualTo(768);
    assertThat(config.relevanceSign()).isEqualTo(-1);
  }

  @Test
  void theTokenizersPaddingGoesBeforeTheConfigurations() throws IOException {
    Files.writeString(
        dir.resolve("tokenizer_config.json"),
        "{\"pad_token\":\"<pad>\",\"added_tokens_decoder\":{\"1\":{\"content\":\"<eos>\"},"
            + "\"0\":{\"content\":\"<pad>\"}}}");
    assertThat(padding(read("{\"model_type\":\"siglip\"}"))).isZero();
    Files.writeString(dir.resolve("tokenizer_config.json"), "{\"pad_token\":\"<pad>\"}");
    assertThat(padding(read("{\"model_type\":\"siglip\",\"text_config\":{\"pad_token_id\":7}}")))
        .isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'model_type':'siglip2'} | 'model_type' must be that of a text tower (clip or siglip)",
        "{'model_type':'siglip','text_config':{'projection_size':512}}"
            + "| 'text_config.projection_size' must be the vision tower's hidden_size of 768",
        "{'model_type':'siglip','text_config':{'vocab_size':5,'pad_token_id':5}}"
            + "| 'text_config.pad_token_id' must be an integer from 0 to 4, got '5'",
        "{'model_type':'siglip','text_config':{'num_attention_heads':5}}"
            + "| 'text_config.num_attention_heads' must be a divisor of hidden_size 768, got '5'",
        "{'model_type':'siglip','relevance_sign':0} | 'relevance_sign' must be 1 or -1, got '0'",
      })
  void malformedOnesAreRefused(String json, String complaint) {
    assertThatThrownBy(() -> read(json.replace('\'', '"')))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(complaint);
  }

  @Test
  void aTokenizerWithMoreTokensThanTheTowerIsRefused() throws IOException {
    Files.writeString(
        dir.resolve("tokenizer_config.json"),
        "{\"pad_token\":\"<pad>\",\"added_tokens_decoder\":{\"32000\":{\"content\":\"<pad>\"}}}");
    assertThatThrownBy(() -> read("{\"model_type\":\"siglip\"}"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("must be above the padding token's id of 32000");
    Files.writeString(
        dir.resolve("tokenizer_config.json"),
        "{\"pad_token\":\"<pad>\",\"added_tokens_decoder\":{\"x\":{\"content\":\"<pad>\"}}}");
    assertThatThrownBy(() -> read("{\"model_type\":\"siglip\"}"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("'added_tokens_decoder.x' must be under the id of a token");
  }

  private static int padding(DualTowerConfig config) {
    return ((SiglipTextConfig) config.text()).padTokenId();
  }

  private DualTowerConfig read(String json) throws IOException {
    Files.writeString(dir.resolve("config.json"), json);
    return DualTowerConfig.read(dir);
  }
}
