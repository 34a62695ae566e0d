// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tokenzip.pipeline.Conversation;
import org.tokenzip.pipeline.GenerationOptions;
import org.tokenzip.pipeline.LlavaPipeline;
import org.tokenzip.pipeline.Visual;

/**
 * Takes one line after another: a message for the model, or an instruction that begins with "/".
 */
final class ChatSession implements AutoCloseable {
  private final Terminal terminal;
  private final LlavaPipeline pipeline;
  private final GenerationOptions options;
  private final VisualFlags flags;
  private List<Visual> visuals;
  private @Nullable Conversation conversation;
  private boolean over;

  ChatSession(
      Terminal terminal,
      LlavaPipeline pipeline,
      GenerationOptions options,
      VisualFlags flags,
      List<Visual> visuals) {
    this.terminal = terminal;
    this.pipeline = pipeline;
    this.options = options;
    this.flags = flags;
    this.visuals = visuals;
  }

  boolean isOver() {
    return over;
  }

  /**
   * Answers a message or follows an instruction; an empty line does nothing.
   *
   * @throws IllegalArgumentException if the line asks for what there is not; the session goes on
   */
  void take(String line) {
    String text = line.strip();
    if (text.isEmpty()) {
      return;
    }
    if (!text.startsWith("/")) {
      say(text);
      return;
    }
    String[] words = text.split("\\s+", 2);
    switch (words[0]) {
      case "/quit", "/exit" -> over = true;
      case "/reset" -> close();
      case "/image" -> show(VisualFlags.picture(file(words)));
      case "/video" -> show(flags.clip(file(words)));
      default ->
          throw new IllegalArgumentException(
              "expected a message, /image FILE, /video FILE, /reset or /quit, got " + words[0]);
    }
  }

  private static Path file(String... words) {
    if (words.length < 2) {
      throw new IllegalArgumentException(words[0] + ": expected a file, got none");
    }
    return Path.of(words[1]);
  }

  private void show(Visual visual) {
    visuals = List.of(visual);
    close();
  }

  private void say(String text) {
    if (conversation == null) {
      conversation = begin();
    }
    try (AnswerPrinter printer = new AnswerPrinter(terminal, "thinking …")) {
      printer.finish(conversation.say(text, options, printer));
    }
  }

  private Conversation begin() {
    Conversation fresh = pipeline.chat();
    try {
      visuals.forEach(fresh::show);
      return fresh;
    } catch (RuntimeException e) {
      fresh.close();
      throw e;
    }
  }

  /** Forgets the conversation; the next message begins another. */
  @Override
  public void close() {
    if (conversation != null) {
      conversation.close();
      conversation = null;
    }
  }
}
