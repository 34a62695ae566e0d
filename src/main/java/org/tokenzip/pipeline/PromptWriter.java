// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.tokenzip.text.ConversationTemplate;
import org.tokenzip.text.Message;
import org.tokenzip.text.PromptTokenizer;
import org.tokenzip.weights.LlavaConfig;

/** Turns a conversation into token ids with room for the visual tokens. Thread-safe. */
final class PromptWriter {
  private final PromptTokenizer tokenizer;
  private final ConversationTemplate template;
  private final long imageToken;
  private final @Nullable Integer videoToken;

  PromptWriter(PromptTokenizer tokenizer, ConversationTemplate template, LlavaConfig config) {
    this.tokenizer = tokenizer;
    this.template = template;
    imageToken = config.imageTokenId();
    videoToken = config.videoTokenId();
  }

  /**
   * The order in which a message's placeholders stand: where the model tells clips from pictures,
   * the pictures come first.
   */
  List<Visual> ordered(List<Visual> visuals) {
    return videoToken == null
        ? visuals
        : visuals.stream().sorted(Comparator.comparing(Visual.Clip.class::isInstance)).toList();
  }

  /** What a user says about {@code visuals}. */
  Message user(List<Visual> visuals, String text) {
    int clips =
        videoToken == null
            ? 0
            : (int) visuals.stream().filter(Visual.Clip.class::isInstance).count();
    return Message.user(visuals.size() - clips, clips, text);
  }

  private long[] encode(String text) {
    return imageToken < 0 ? encodeAround(text) : tokenizer.encode(text);
  }

  /**
   * Where the vocabulary has no placeholder, the texts before, between and behind the pictures are
   * encoded each for itself, and two pictures or more are numbered, as Mini-Gemini does it.
   */
  private long[] encodeAround(String text) {
    String[] pieces = text.split(Pattern.quote(ConversationTemplate.IMAGE), -1);
    LongStream.Builder ids = LongStream.builder();
    for (int i = 0; i < pieces.length; i++) {
      boolean last = i == pieces.length - 1;
      String piece = last || pieces.length < 3 ? pieces[i] : pieces[i] + "Image " + (i + 1) + ":";
      Arrays.stream(tokenizer.encode(piece, i == 0)).forEach(ids);
      if (!last) {
        ids.add(imageToken);
      }
    }
    return ids.build().toArray();
  }

  private boolean isPlaceholder(long id) {
    return id == imageToken || (videoToken != null && id == videoToken);
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
   * @param visualTokens tokens of each picture or clip, in the order of the conversation
   */
  Prompt write(List<Message> conversation, List<Integer> visualTokens) {
    long[] ids = encode(template.render(conversation, true));
    long placeholders = Arrays.stream(ids).filter(this::isPlaceholder).count();
    if (placeholders != visualTokens.size()) {
      throw new IllegalArgumentException(
          "prompt: expected "
              + visualTokens.size()
              + " placeholders of a picture, got "
              + placeholders
              + ": the tokenizer and config.json disagree on the image token "
              + imageToken
              + (videoToken == null ? "" : " or the video token " + videoToken));
    }
    LongStream.Builder expanded = LongStream.builder();
    LongStream.Builder visual = LongStream.builder();
    int position = 0;
    int picture = 0;
    for (long id : ids) {
      int copies = isPlaceholder(id) ? visualTokens.get(picture++) : 1;
      for (int i = 0; i < copies; i++, position++) {
        expanded.add(id);
        if (isPlaceholder(id)) {
          visual.add(position);
        }
      }
    }
    return new Prompt(expanded.build().toArray(), visual.build().toArray());
  }
}
