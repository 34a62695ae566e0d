// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.tokenzip.testing.FixtureFolders;

class TemplateFixtureTest {
  @TestFactory
  Stream<DynamicTest> rendersLikeTheReference() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path folder : FixtureFolders.templates()) {
      String jinja = Files.readString(folder.resolve("chat_template.jinja"));
      String name = folder.getFileName().toString();
      JsonNode rendered = FixtureFolders.expected(folder).get("rendered");
      if (rendered
          .at("/single/with_generation_prompt")
          .asText()
          .matches("(?s).*<(image|video)>.*")) {
        ConversationTemplate template = ConversationTemplate.match(jinja);
        rendered
            .properties()
            .forEach(
                each ->
                    tests.add(
                        dynamicTest(
                            name + " " + each.getKey(), () -> check(template, each.getValue()))));
      } else {
        tests.add(
            dynamicTest(
                name + " is refused",
                () ->
                    assertThatThrownBy(() -> ConversationTemplate.match(jinja))
                        .isInstanceOf(TokenizerException.class)
                        .hasMessageContaining("unknown conversation template")));
      }
    }
    assertThat(tests).isNotEmpty();
    return tests.stream();
  }

  private static void check(ConversationTemplate template, JsonNode expected) {
    List<Message> messages =
        FixtureFolders.elements(expected.get("conversation"))
            .map(TemplateFixtureTest::message)
            .toList();
    assertThat(template.render(messages, true))
        .isEqualTo(expected.get("with_generation_prompt").asText());
    if (expected.has("without")) {
      assertThat(template.render(messages, false)).isEqualTo(expected.get("without").asText());
    }
  }

  private static Message message(JsonNode turn) {
    int images = 0;
    int videos = 0;
    StringBuilder text = new StringBuilder();
    for (JsonNode part : turn.get("content")) {
      switch (part.get("type").asText()) {
        case "image" -> images++;
        case "video" -> videos++;
        default -> text.append(part.get("text").asText());
      }
    }
    Message.Role role = Message.Role.valueOf(turn.get("role").asText().toUpperCase(Locale.ROOT));
    return new Message(role, images, videos, text.toString());
  }
}
