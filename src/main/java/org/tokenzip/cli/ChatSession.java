// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.tokenzip.image.ImageDecoder;
import org.tokenzip.image.RgbImage;
import org.tokenzip.pipeline.Conversation;
import org.tokenzip.pipeline.GenerationOptions;
import org.tokenzip.pipeline.LlavaPipeline;

/**
 * Takes one line after another: a message for the model, or an instruction that begins with "/".
 */
final class ChatSession implements AutoCloseable {
  private final Terminal terminal;
  private final LlavaPipeline pipeline;
  private final GenerationOptions options;
  private @Nullable RgbImage picture;
  private @Nullable Conversation conversation;
  private boolean over;

  ChatSession(
      Terminal terminal,
      LlavaPipeline pipeline,
      GenerationOptions options,
      @Nullable RgbImage picture) {
    this.terminal = terminal;
    this.pipeline = pipeline;
    this.options = options;
    this.picture = picture;
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
      case "/image" -> show(words.length < 2 ? "" : words[1]);
      default ->
          throw new IllegalArgumentException(
              "expected a message, /image FILE, /reset or /quit, got " + words[0]);
    }
  }

  private void show(String file) {
    if (file.isEmpty()) {
      throw new IllegalArgumentException("/image: expected a file, got none");
    }
    picture = ImageDecoder.decode(Path.of(file));
    close();
  }

  private void say(String text) {
    if (conversation == null) {
      conversation = pipeline.chat();
      if (picture != null) {
        conversation.show(picture);
      }
    }
    try (AnswerPrinter printer = new AnswerPrinter(terminal, "thinking …")) {
      printer.finish(conversation.say(text, options, printer));
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
