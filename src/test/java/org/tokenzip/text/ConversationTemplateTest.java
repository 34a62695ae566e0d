// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConversationTemplateTest {
  private static final List<Message> TWO_TURNS =
      List.of(Message.user(1, "Which?"), Message.assistant("red"), Message.user(0, "Why?"));

  @Test
  void vicunaPutsABlankAfterEveryText() {
    assertThat(ConversationTemplate.VICUNA.render(TWO_TURNS, true))
        .isEqualTo("USER: <image>\nWhich? ASSISTANT: red USER: Why? ASSISTANT:");
  }

  @Test
  void vicunaEosEndsAnswersWithTheEndToken() {
    assertThat(ConversationTemplate.VICUNA_EOS.render(TWO_TURNS, true))
        .isEqualTo("USER: <image>\nWhich? ASSISTANT: red</s>USER: Why? ASSISTANT:");
  }

  @Test
  void vicunaEosRefusesASystemText() {
    List<Message> messages = List.of(Message.system("Be brief."));
    assertThatThrownBy(() -> ConversationTemplate.VICUNA_EOS.render(messages, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no place for a system message");
  }

  @Test
  void noTemplateMeansVicuna() {
    assertThat(ConversationTemplate.match(null)).isEqualTo(ConversationTemplate.VICUNA);
  }

  @Test
  void whatPrintsNothingDoesNotMatterForRecognition() throws Exception {
    String published;
    try (var in = ConversationTemplate.class.getResourceAsStream("vicuna.jinja")) {
      published = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    String older =
        published
            .replaceAll("\\{% (end)?generation %}", "")
            .replaceAll("\\{# .*? #}", "")
            .replace("<image>\n", "<image>\\n");
    assertThat(older).isNotEqualTo(published);
    assertThat(ConversationTemplate.match(older + "\n")).isEqualTo(ConversationTemplate.VICUNA);
    assertThatThrownBy(() -> ConversationTemplate.match(published.replace("ASSISTANT", "BOT")))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("unknown conversation template");
  }

  @Test
  void aMessageMayNotSmuggleInAPlaceholder() {
    assertThatThrownBy(() -> Message.user(1, "what is <image>?"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("placeholder <image>");
  }
}
