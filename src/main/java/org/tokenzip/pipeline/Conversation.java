// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.DecoderReduction;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.image.RgbImage;
import org.tokenzip.model.llama.VisualBlock;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.text.ConversationTemplate;
import org.tokenzip.text.Message;

/**
 * Several turns about the same pictures. A picture is encoded and its tokens are selected once, in
 * the turn that brings it; later turns run only what is new on top of the cached keys and values,
 * and answer exactly as if the whole conversation had been asked at once. Methods inside the
 * language model choose with the turn that is asked when the picture is first read, and take one
 * picture in a conversation; a choice once made stays.
 *
 * <p>One thread at a time; a second one gets an {@link IllegalStateException}. A turn that fails
 * leaves the conversation as it was before. Close it before its pipeline.
 */
public final class Conversation implements AutoCloseable {
  private final Engine engine;
  private final TokenCompressor compressor;
  private final AtomicBoolean busy = new AtomicBoolean();

  private final List<Message> messages = new ArrayList<>();
  private final List<VisualTokens> pictures = new ArrayList<>();
  private final List<Visual> shown = new ArrayList<>();
  private final PromptMemory memory;
  private boolean closed;

  Conversation(Engine engine, TokenCompressor compressor) {
    this.engine = engine;
    this.compressor = compressor;
    memory = new PromptMemory(engine.model().decoder());
  }

  /**
   * Puts a system text in front of the conversation.
   *
   * @throws IllegalStateException once something has been said
   * @throws IllegalArgumentException if the checkpoint's template has no place for one
   */
  public void system(String text) {
    exclusively(
        () -> {
          if (!messages.isEmpty()) {
            throw new IllegalStateException("system: expected before the first turn, got it later");
          }
          Message system = Message.system(text);
          engine.writer().check(system);
          return messages.add(system);
        });
  }

  /** Shows a picture with the next message. */
  public void show(RgbImage picture) {
    show(new Visual.Picture(picture));
  }

  /**
   * Shows a picture or a clip with the next message.
   *
   * @throws IllegalArgumentException if it is the second one and the method acts inside the
   *     language model; the conversation goes on without it
   */
  public void show(Visual visual) {
    exclusively(
        () -> {
          InsideDecoder.require(compressor, engine.model(), pictures.size() + shown.size() + 1);
          return shown.add(visual);
        });
  }

  /**
   * Takes up a turn that has been had elsewhere, with the pictures shown since the last one: it
   * counts as said and answered, and runs through the model with the next {@link #say}.
   */
  public void recall(String text, String answer) {
    exclusively(
        () -> {
          List<Message> turn = List.of(engine.writer().user(shown, text), answered(answer));
          if (!shown.isEmpty()) {
            pictures.addAll(encode(text, new StageTimings.Clock()));
          }
          messages.addAll(turn);
          shown.clear();
          return turn;
        });
  }

  /** Says {@code text} and waits for the greedy answer. */
  public Answer say(String text) {
    return say(text, GenerationOptions.defaults(), TokenListener.NONE);
  }

  /**
   * Says {@code text} and generates the answer.
   *
   * @throws IllegalArgumentException if the conversation has become longer than the model's longest
   *     sequence, the text contains an image placeholder, or a budget asks for more tokens than
   *     there are
   */
  public Answer say(String text, GenerationOptions options, TokenListener listener) {
    return exclusively(() -> turn(text, options, listener));
  }

  private Answer turn(String text, GenerationOptions options, TokenListener listener) {
    StageTimings.Clock clock = new StageTimings.Clock();
    int messagesBefore = messages.size();
    int picturesBefore = pictures.size();
    boolean done = false;
    try {
      DecoderReduction inDecoder =
          InsideDecoder.of(compressor, engine.model(), pictures.size() + shown.size());
      messages.add(engine.writer().user(shown, text));
      if (!shown.isEmpty()) {
        pictures.addAll(encode(text, clock));
      }
      Prompt prompt =
          engine.writer().write(messages, pictures.stream().map(VisualTokens::count).toList());
      PromptMemory.Start start =
          memory.resume(prompt, inDecoder, engine.generator().capacity(prompt.length(), options));
      TextGenerator.Generated generated = run(prompt, start, options, listener, clock);
      messages.add(answered(generated.text()));
      List<VisualTokens> fresh = pictures.subList(picturesBefore, pictures.size());
      Answer answer = answer(prompt, generated, fresh, memory.blockOf(start), clock);
      memory.hold(start, prompt, generated.ids());
      shown.clear();
      done = true;
      return answer;
    } finally {
      if (!done) {
        messages.subList(messagesBefore, messages.size()).clear();
        List<VisualTokens> fresh = pictures.subList(picturesBefore, pictures.size());
        fresh.forEach(VisualTokens::close);
        fresh.clear();
      }
    }
  }

  /** The pictures shown with {@code question}. */
  private List<VisualTokens> encode(String question, StageTimings.Clock clock) {
    List<ImageEncoder.Shown> asked =
        engine.writer().ordered(shown).stream()
            .map(visual -> new ImageEncoder.Shown(visual, question, 0))
            .toList();
    return engine.encoder().encode(asked, compressor, clock);
  }

  /** A model may spell the placeholder letter by letter; it must not become a picture. */
  private static Message answered(String text) {
    String safe = text;
    while (ConversationTemplate.PLACEHOLDERS.stream().anyMatch(safe::contains)) {
      for (String placeholder : ConversationTemplate.PLACEHOLDERS) {
        safe = safe.replace(placeholder, "");
      }
    }
    return Message.assistant(safe);
  }

  private Answer answer(
      Prompt prompt,
      TextGenerator.Generated generated,
      List<VisualTokens> fresh,
      @Nullable VisualBlock block,
      StageTimings.Clock clock) {
    int before = pictures.stream().mapToInt(VisualTokens::before).sum();
    PromptCost cost = PromptCost.of(engine.model(), prompt, before, block);
    return Answer.of(prompt, generated, fresh, block, cost, clock.timings());
  }

  /** Runs what is not remembered, then generates. */
  private TextGenerator.Generated run(
      Prompt prompt,
      PromptMemory.Start start,
      GenerationOptions options,
      TokenListener listener,
      StageTimings.Clock clock) {
    try (TensorScope scope = new TensorScope()) {
      Tensor embeds = embeds(prompt, start.from()).unsqueeze(0); // [1, S, E]
      Prefill prefill = new Prefill(embeds, start.cache(), start.block(), 0);
      return engine.generator().generate(prefill, options, listener, clock).get(0);
    }
  }

  /** Embeddings [S - from, E] of the prompt's positions from {@code from} on, pictures in place. */
  private Tensor embeds(Prompt prompt, int from) {
    Tensor text = engine.model().embed(Arrays.copyOfRange(prompt.ids(), from, prompt.length()));
    int skipped = prompt.visualBefore(from);
    int visual = prompt.visual().length - skipped;
    if (visual == 0) {
      return text;
    }
    Tensor all = VisualTokens.features(pictures);
    long[] positions =
        Arrays.stream(prompt.visual()).skip(skipped).map(position -> position - from).toArray();
    return engine.model().splice(text, all.narrow(0, skipped, visual), positions);
  }

  private interface Turn<T> {
    T take();
  }

  private <T> T exclusively(Turn<T> turn) {
    if (!busy.compareAndSet(false, true)) {
      throw new IllegalStateException(
          "a conversation expects one thread at a time, but another one is in it");
    }
    try {
      if (closed) {
        throw new IllegalStateException("this conversation is closed");
      }
      return turn.take();
    } finally {
      busy.set(false);
    }
  }

  /** Frees cache and visual tokens. Idempotent. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    exclusively(
        () -> {
          pictures.forEach(VisualTokens::close);
          memory.close();
          closed = true;
          return closed;
        });
  }
}
