// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.image.RgbImage;
import org.tokenzip.model.llama.KvCache;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.text.ConversationTemplate;
import org.tokenzip.text.Message;

/**
 * Several turns about the same pictures. A picture is encoded and its tokens are selected once, in
 * the turn that brings it; later turns run only what is new on top of the cached keys and values,
 * and answer exactly as if the whole conversation had been asked at once.
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
  private @Nullable KvCache cache;
  private long[] cached = {};
  private boolean closed;

  Conversation(Engine engine, TokenCompressor compressor) {
    this.engine = engine;
    this.compressor = compressor;
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

  /** Shows a picture or a clip with the next message. */
  public void show(Visual visual) {
    exclusively(() -> shown.add(visual));
  }

  /**
   * Takes up a turn that has been had elsewhere, with the pictures shown since the last one: it
   * counts as said and answered, and runs through the model with the next {@link #say}.
   */
  public void recall(String text, String answer) {
    exclusively(
        () -> {
          List<Message> turn = List.of(Message.user(shown.size(), text), answered(answer));
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
      messages.add(Message.user(shown.size(), text));
      if (!shown.isEmpty()) {
        pictures.addAll(encode(text, clock));
      }
      Prompt prompt =
          engine.writer().write(messages, pictures.stream().map(VisualTokens::count).toList());
      TextGenerator.Generated generated = run(prompt, options, listener, clock);
      messages.add(answered(generated.text()));
      List<VisualTokens> fresh = pictures.subList(picturesBefore, pictures.size());
      Answer answer = answer(prompt, generated, fresh, clock);
      shown.clear();
      done = true;
      return answer;
    } finally {
      if (!done) {
        messages.subList(messagesBefore, messages.size()).clear();
        List<VisualTokens> fresh = pictures.subList(picturesBefore, pictures.size());
        fresh.forEach(VisualTokens::close);
        fresh.clear();
        cached = new long[0]; // ids do not tell one picture from another
      }
    }
  }

  /** The pictures shown with {@code question}. */
  private List<VisualTokens> encode(String question, StageTimings.Clock clock) {
    List<ImageEncoder.Shown> asked =
        shown.stream().map(visual -> new ImageEncoder.Shown(visual, question)).toList();
    return engine.encoder().encode(asked, compressor, clock);
  }

  /** A model may spell the placeholder letter by letter; it must not become a picture. */
  private static Message answered(String text) {
    String safe = text;
    while (safe.contains(ConversationTemplate.IMAGE)) {
      safe = safe.replace(ConversationTemplate.IMAGE, "");
    }
    return Message.assistant(safe);
  }

  private static Answer answer(
      Prompt prompt,
      TextGenerator.Generated generated,
      List<VisualTokens> fresh,
      StageTimings.Clock clock) {
    return new Answer(
        generated.text(),
        generated.ids(),
        prompt.length(),
        fresh.stream().mapToInt(VisualTokens::before).sum(),
        fresh.stream().mapToInt(VisualTokens::count).sum(),
        fresh.stream().map(VisualTokens::provenance).toList(),
        clock.timings(),
        generated.finishReason());
  }

  /** Runs what the cache does not hold yet, then generates. */
  private TextGenerator.Generated run(
      Prompt prompt, GenerationOptions options, TokenListener listener, StageTimings.Clock clock) {
    int common = commonPrefix(prompt);
    KvCache memory = memory(engine.generator().capacity(prompt.length(), options));
    memory.truncate(common);
    cached = Arrays.copyOf(cached, common); // stays true if the rest fails half-way
    try (TensorScope scope = new TensorScope()) {
      Tensor embeds = embeds(prompt, common).unsqueeze(0); // [1, S, E]
      TextGenerator.Generated generated =
          engine.generator().generate(embeds, memory, options, listener, clock).get(0);
      cached = Arrays.copyOf(prompt.ids(), Math.toIntExact(memory.length()));
      System.arraycopy(
          generated.ids(), 0, cached, prompt.length(), cached.length - prompt.length());
      return generated;
    }
  }

  /** Positions of the prompt that the cache holds; the last one always runs again. */
  private int commonPrefix(Prompt prompt) {
    int mismatch = Arrays.mismatch(cached, prompt.ids());
    int common = mismatch < 0 ? cached.length : mismatch;
    return Math.min(common, prompt.length() - 1);
  }

  private KvCache memory(long capacity) {
    if (cache == null) {
      cache = engine.model().decoder().newCache(capacity);
    } else {
      cache.reserve(capacity);
    }
    return cache;
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
          if (cache != null) {
            cache.close();
          }
          closed = true;
          return closed;
        });
  }
}
