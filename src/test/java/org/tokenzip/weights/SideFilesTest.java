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

class SideFilesTest {
  @TempDir Path dir;

  @Test
  void absentFilesLeaveEverythingOpen() {
    assertThat(TokenizerConfig.read(dir)).isEqualTo(new TokenizerConfig(null, null, null));
    assertThat(GenerationDefaults.read(dir)).isEqualTo(new GenerationDefaults(List.of()));
  }

  @Test
  void preprocessingStandsInOneOfTwoFiles() throws IOException {
    write("processor_config.json", "{\"image_token\":\"<image>\"}");
    assertThatThrownBy(() -> PreprocessorConfig.read(dir))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            dir
                + ": expected preprocessor_config.json, or processor_config.json with an"
                + " image_processor, found neither");
    write("processor_config.json", "{\"image_processor\":{\"size\":{\"shortest_edge\":336}}}");
    assertThat(PreprocessorConfig.read(dir).shortestEdge()).isEqualTo(336);
    write("processor_config.json", "{\"image_processor\":{\"resample\":6}}");
    assertThatThrownBy(() -> PreprocessorConfig.read(dir))
        .hasMessageContaining("'image_processor.resample' must be an integer from 0 to 5");
    assertThat(preprocessor("{\"size\":56,\"do_pad\":false}").shortestEdge()).isEqualTo(56);
  }

  @Test
  void preprocessorDefaultsAreClips() throws IOException {
    PreprocessorConfig config = preprocessor("{}");
    assertThat(config.shortestEdge()).isEqualTo(224);
    assertThat(config.cropHeight()).isEqualTo(224);
    assertThat(config.resample()).isEqualTo(3);
    assertThat(config.rescaleFactor()).isEqualTo(1 / 255.0);
    assertThat(config.imageMean()).containsExactly(0.48145466, 0.4578275, 0.40821073);
  }

  @Test
  void sizesComeInThreeForms() throws IOException {
    assertThat(preprocessor("{\"size\":336,\"crop_size\":336}"))
        .isEqualTo(
            preprocessor(
                "{\"size\":{\"shortest_edge\":336},\"crop_size\":{\"height\":336,\"width\":336}}"));
    PreprocessorConfig edges = preprocessor("{\"size\":{\"height\":20,\"width\":30}}");
    assertThat(edges.shortestEdge()).isNull();
    assertThat(edges.height()).isEqualTo(20);
    assertThat(edges.width()).isEqualTo(30);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'size':{}} | 'size' must be a shortest_edge, or a height and a width, got '{}'",
        "{'crop_size':{'height':3}} | 'crop_size' must be a shortest_edge, or a height and",
        "{'size':0} | 'size' must be an integer from 1 to 16384, got '0'",
        "{'size':[1]} | 'size' must be an integer from 1 to 16384, got '[1]'",
        "{'resample':6} | 'resample' must be an integer from 0 to 5, got '6'",
        "{'image_mean':[1,2]} | 'image_mean' must be an array of 3 numbers, got '[1,2]'",
        "{'image_std':[1,1,0]} | 'image_std' must be a number from 1.0E-6 to 1000000.0",
        "{'do_pad':true} | 'do_pad' must be false, since padding to a square is not supported",
        "{'do_resize':1} | 'do_resize' must be true or false, got '1'",
      })
  void malformedPreprocessorsAreRefused(String json, String complaint) {
    assertThatThrownBy(() -> preprocessor(json.replace('\'', '"')))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(complaint);
  }

  @Test
  void endTokensAreOneOrMany() throws IOException {
    write("generation_config.json", "{\"eos_token_id\":2,\"top_k\":-1}");
    assertThat(GenerationDefaults.read(dir).eosTokenIds()).containsExactly(2);
    write("generation_config.json", "{\"eos_token_id\":[2,32007]}");
    assertThat(GenerationDefaults.read(dir).eosTokenIds()).containsExactly(2, 32007);
    write("generation_config.json", "{\"eos_token_id\":\"2\"}");
    assertThatThrownBy(() -> GenerationDefaults.read(dir))
        .hasMessageEndingWith(
            "'eos_token_id' must be an integer from 0 to 16777216 or an array of them, got"
                + " '\"2\"'");
  }

  @Test
  void theTemplateFileNearestToTheUserWins() throws IOException {
    write(
        "tokenizer_config.json",
        "{\"chat_template\":\"one\",\"eos_token\":{\"content\":\"</s>\"}}");
    TokenizerConfig config = TokenizerConfig.read(dir);
    assertThat(config.chatTemplate()).isEqualTo("one");
    assertThat(config.eosToken()).isEqualTo("</s>");
    write("chat_template.json", "{\"chat_template\":\"two\"}");
    assertThat(TokenizerConfig.read(dir).chatTemplate()).isEqualTo("two");
    write("chat_template.jinja", "three");
    assertThat(TokenizerConfig.read(dir).chatTemplate()).isEqualTo("three");
  }

  private PreprocessorConfig preprocessor(String json) throws IOException {
    write("preprocessor_config.json", json);
    return PreprocessorConfig.read(dir);
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(dir.resolve(name), content);
  }
}
