// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

  /** Older checkpoints have one branch for all roles where newer ones mark what is trained on. */
  @Test
  void theUnmarkedProgramIsTheMarkedOneWithItsEqualBranchesJoined() throws Exception {
    String marked = program("vicuna.jinja").replaceAll("\\{% (end)?generation %}", "");
    Matcher branches =
        Pattern.compile("\\{% if [^%]*!= 'assistant' %}(.*)\\{% else %}\\1\\{% endif %}")
            .matcher(marked);
    assertThat(branches.find()).isTrue();
    String joined = branches.replaceFirst(each -> Matcher.quoteReplacement(each.group(1)));
    assertThat(program("vicuna-unmarked.jinja")).isEqualTo(joined);
    assertThat(ConversationTemplate.match(joined)).isEqualTo(ConversationTemplate.VICUNA);
  }

  @Test
  void whatPrintsNothingDoesNotMatterForRecognition() throws Exception {
    String published = program("vicuna.jinja");
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

  private static String program(String resource) throws IOException {
    try (InputStream in = ConversationTemplate.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aMessageMayNotSmuggleInAPlaceholder() {
    assertThatThrownBy(() -> Message.user(1, "what is <image>?"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("placeholder <image>");
  }
}
