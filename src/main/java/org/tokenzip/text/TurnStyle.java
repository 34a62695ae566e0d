// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.text;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How one family of conversation templates writes a message down. */
sealed interface TurnStyle {
  /** Appends {@code message} with its placeholders. */
  void append(StringBuilder out, Message message);

  /** What stands before a conversation that brings no system text. */
  default String opening() {
    return "";
  }

  /** The words that ask for an answer; empty where the end of a question does. */
  String generationPrompt();

  /**
   * {@code USER: … ASSISTANT: …}
   *
   * @param answerEnd what stands behind an answer
   * @param systemEnd what stands behind a system text; null where there is no place for one
   * @param opening what stands before a conversation that brings no system text
   */
  record Vicuna(String answerEnd, @Nullable String systemEnd, String opening) implements TurnStyle {
    @Override
    public void append(StringBuilder out, Message message) {
      if (message.role() == Message.Role.SYSTEM) {
        if (systemEnd == null) {
          throw new IllegalArgumentException(
              "this checkpoint's conversation template has no place for a system message");
        }
        out.append(message.text()).append(systemEnd);
        return;
      }
      out.append(message.role()).append(": ");
      out.append((ConversationTemplate.IMAGE + "\n").repeat(message.images()));
      out.append((ConversationTemplate.VIDEO + "\n").repeat(message.videos()));
      out.append(message.text());
      out.append(message.role() == Message.Role.ASSISTANT ? answerEnd : " ");
    }

    @Override
    public String generationPrompt() {
      return "ASSISTANT:";
    }
  }

  /** {@code [INST] … [/INST] … </s>} */
  record Mistral() implements TurnStyle {
    @Override
    public void append(StringBuilder out, Message message) {
      String images = (ConversationTemplate.IMAGE + "\n").repeat(message.images());
      switch (message.role()) {
        case SYSTEM -> out.append("<<SYS>>\n").append(message.text()).append("\n<</SYS>>\n\n");
        case USER -> out.append("[INST] ").append(images).append(message.text()).append(" [/INST]");
        case ASSISTANT -> out.append(' ').append(message.text()).append("</s> ");
      }
    }

    @Override
    public String generationPrompt() {
      return "";
    }
  }

  /** {@code <|im_start|>user … <|im_end|><|im_start|>assistant …} */
  record Qwen() implements TurnStyle {
    @Override
    public void append(StringBuilder out, Message message) {
      out.append("<|im_start|>").append(message.role().name().toLowerCase(Locale.ROOT)).append(' ');
      out.append(ConversationTemplate.IMAGE.repeat(message.images()));
      out.append(ConversationTemplate.VIDEO.repeat(message.videos()));
      out.append('\n').append(message.text()).append("<|im_end|>");
    }

    @Override
    public String generationPrompt() {
      return "<|im_start|>assistant\n";
    }
  }
}
