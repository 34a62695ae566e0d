// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tokenzip.testing.FixtureFolders;

class PromptTokenizerTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                                        | has no object
          [1, 2]                                    | not a tokenizer in the Hugging Face format
          {"model": {"type": "BPE", "vocab": {      | not a tokenizer in the Hugging Face format
          {"model": 3}                              | has no object named "model"
          {"model": {"type": "Unigram"}}            | of type Unigram, expected BPE
          {"model": {"type": "BPE", "vocab": {"a": -4}, "merges": []}}          | the id -4
          {"model": {"type": "BPE", "vocab": {"a": "x"}, "merges": []}}         | not a tokenizer
          {"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "added_tokens": [7]} | not a tokenizer
          {"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [["a", "b"]]}} | not a usable tokenizer
          {"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "decoder": {"type": "Odd"}} | not a usable tokenizer
          """)
  void refusesWhatIsNoTokenizer(String json, String reason) throws IOException {
    Files.writeString(directory.resolve("tokenizer.json"), json);
    assertThatThrownBy(() -> PromptTokenizer.open(directory))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("tokenizer.json")
        .hasMessageContaining(reason)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void namesAMissingFile() {
    assertThatThrownBy(() -> PromptTokenizer.open(directory))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("missing file")
        .hasMessageContaining("tokenizer.json");
  }

  @Test
  void refusesAFileThatIsNoText() throws IOException {
    Files.write(directory.resolve("tokenizer.json"), new byte[] {(byte) 0xFF, (byte) 0xFE, 0});
    assertThatThrownBy(() -> PromptTokenizer.open(directory))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("not UTF-8");
  }

  @Test
  void longTextsAreNeitherTruncatedNorPadded() {
    try (PromptTokenizer tokenizer = any()) {
      assertThat(tokenizer.encode("a b ".repeat(3000), false).length).isGreaterThanOrEqualTo(6000);
      assertThat(tokenizer.encode("", false)).isEmpty();
    }
  }

  @Test
  void anyJavaStringCanBeEncoded() {
    try (PromptTokenizer tokenizer = any()) {
      assertThat(tokenizer.encode("a\uD83Db")).isEqualTo(tokenizer.encode("a\uFFFDb"));
      assertThat(tokenizer.encode("\uDE00")).isEqualTo(tokenizer.encode("\uFFFD"));
      assertThat(tokenizer.encode("a\0b")).isNotEmpty();
    }
  }

  @Test
  void idsOutsideTheVocabularyAddNothing() {
    try (PromptTokenizer tokenizer = any()) {
      assertThat(tokenizer.decode(new long[] {1_000_000, -1, Long.MAX_VALUE}, false)).isEmpty();
      assertThat(tokenizer.id("no such token")).isEqualTo(-1);
      assertThat(StreamingDecoderTest.streamed(tokenizer, 1_000_000, -1)).isEmpty();
    }
  }

  private static PromptTokenizer any() {
    return PromptTokenizer.open(FixtureFolders.tokenizers().get(0));
  }
}
