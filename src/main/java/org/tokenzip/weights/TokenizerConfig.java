// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What {@code tokenizer_config.json} and the chat-template files say beside the vocabulary.
 *
 * @param eosToken text of the token that ends an answer; null if there is none
 * @param padTokenId id of the token that fills up short texts; null if it is not told
 * @param chatTemplate the conversation template in Jinja; null if there is none
 */
public record TokenizerConfig(
    @Nullable String eosToken, @Nullable Integer padTokenId, @Nullable String chatTemplate) {
  private static final String FILE = "tokenizer_config.json";
  private static final String TEMPLATE_KEY = "chat_template";
  private static final long MAX_TEMPLATE_BYTES = 1 << 20;

  /**
   * Reads the files of the checkpoint in {@code directory}; all of them may be absent. The template
   * is that of {@code chat_template.jinja}, else of {@code chat_template.json}, else of {@code
   * tokenizer_config.json}.
   *
   * @throws CheckpointException if a file is malformed
   */
  public static TokenizerConfig read(Path directory) {
    ConfigJson json = ConfigJson.readIfPresent(directory.resolve(FILE));
    return new TokenizerConfig(
        token(json, "eos_token"), id(json, token(json, "pad_token")), template(directory, json));
  }

  /** The id under which {@code added_tokens_decoder} lists a token; null if it does not. */
  private static @Nullable Integer id(ConfigJson json, @Nullable String token) {
    ConfigJson listed = json.child("added_tokens_decoder");
    for (String id : listed.keys()) {
      if (token != null && token.equals(listed.child(id).string("content"))) {
        try {
          return Integer.valueOf(id);
        } catch (NumberFormatException e) {
          throw listed.wrong(id, "under the id of a token");
        }
      }
    }
    return null;
  }

  /** A special token is written as its text or as an object with its text as {@code content}. */
  private static @Nullable String token(ConfigJson json, String key) {
    return json.isObject(key) ? json.child(key).string("content") : json.string(key);
  }

  private static @Nullable String template(Path directory, ConfigJson json) {
    Path jinja = directory.resolve("chat_template.jinja");
    if (Files.exists(jinja)) {
      return text(jinja);
    }
    String template =
        ConfigJson.readIfPresent(directory.resolve("chat_template.json")).string(TEMPLATE_KEY);
    return template != null ? template : json.string(TEMPLATE_KEY);
  }

  private static String text(Path file) {
    try {
      if (Files.size(file) > MAX_TEMPLATE_BYTES) {
        throw new CheckpointException(
            file + ": expected at most " + MAX_TEMPLATE_BYTES + " bytes, got " + Files.size(file));
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw new CheckpointException(file + ": cannot be read (" + e + ")", e);
    }
  }
}
