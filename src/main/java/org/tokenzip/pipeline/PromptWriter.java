// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.tokenzip.text.ConversationTemplate;
import org.tokenzip.text.Message;
import org.tokenzip.text.PromptTokenizer;

/** Turns a conversation into token ids with room for the visual tokens. Thread-safe. */
final class PromptWriter {
  private final PromptTokenizer tokenizer;
  private final ConversationTemplate template;
  private final long imageToken;

  PromptWriter(PromptTokenizer tokenizer, ConversationTemplate template, long imageToken) {
    this.tokenizer = tokenizer;
    this.template = template;
    this.imageToken = imageToken;
  }

  /**
   * Checks that the template has a place for {@code message}.
   *
   * @throws IllegalArgumentException if it has none
   */
  void check(Message message) {
    template.render(List.of(message), false);
  }

  /**
   * The prompt that asks for the next answer.
   *
   * @param visualTokens tokens of each picture, in the order of the conversation
   */
  Prompt write(List<Message> conversation, List<Integer> visualTokens) {
    long[] ids = tokenizer.encode(template.render(conversation, true));
    long placeholders = Arrays.stream(ids).filter(id -> id == imageToken).count();
    if (placeholders != visualTokens.size()) {
      throw new IllegalArgumentException(
          "prompt: expected "
              + visualTokens.size()
              + " placeholders of a picture, got "
              + placeholders
              + ": the tokenizer and config.json disagree on the image token "
              + imageToken);
    }
    LongStream.Builder expanded = LongStream.builder();
    LongStream.Builder visual = LongStream.builder();
    int position = 0;
    int picture = 0;
    for (long id : ids) {
      int copies = id == imageToken ? visualTokens.get(picture++) : 1;
      for (int i = 0; i < copies; i++, position++) {
        expanded.add(id);
        if (id == imageToken) {
          visual.add(position);
        }
      }
    }
    return new Prompt(expanded.build().toArray(), visual.build().toArray());
  }
}
