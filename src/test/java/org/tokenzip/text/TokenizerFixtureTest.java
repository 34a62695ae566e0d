// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.tokenzip.testing.FixtureFolders;

class TokenizerFixtureTest {
  @TestFactory
  Stream<DynamicContainer> agreesWithTheReference() {
    return FixtureFolders.tokenizers().stream()
        .map(folder -> dynamicContainer(folder.getFileName().toString(), cases(folder)));
  }

  private static Stream<DynamicTest> cases(Path folder) {
    PromptTokenizer tokenizer = PromptTokenizer.open(folder);
    List<JsonNode> cases =
        FixtureFolders.elements(FixtureFolders.expected(folder).at("/tokenizer/cases")).toList();
    assertThat(cases).isNotEmpty();
    return cases.stream()
        .map(
            each ->
                dynamicTest("'" + each.get("text").asText() + "'", () -> check(tokenizer, each)))
        .onClose(tokenizer::close);
  }

  private static void check(PromptTokenizer tokenizer, JsonNode expected) {
    String text = expected.get("text").asText();
    long[] ids = tokenizer.encode(text);
    assertThat(ids).isEqualTo(FixtureFolders.longs(expected.get("ids")));
    assertThat(tokenizer.tokens(ids))
        .isEqualTo(FixtureFolders.elements(expected.get("tokens")).map(JsonNode::asText).toList());
    long[] plain = FixtureFolders.longs(expected.get("ids_without_special"));
    assertThat(tokenizer.encode(text, false)).isEqualTo(plain);
    assertThat(tokenizer.decode(ids, true)).isEqualTo(expected.get("decoded").asText());
    assertThat(tokenizer.decode(ids, false))
        .isEqualTo(expected.get("decoded_with_special").asText());
    assertThat(StreamingDecoderTest.streamed(tokenizer, ids))
        .isEqualTo(expected.get("decoded").asText());
  }
}
