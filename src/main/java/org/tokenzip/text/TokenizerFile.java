// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.text;

import ai.djl.util.JsonUtils;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What {@code tokenizer.json} says about single tokens; the native library tells it to nobody. */
final class TokenizerFile {
  private static final Pattern BYTE_TOKEN = Pattern.compile("<0x[0-9A-F]{2}>");

  private final Map<String, Integer> ids = new HashMap<>();
  private final Map<Integer, String> tokens = new HashMap<>();
  private final BitSet special = new BitSet();
  private final BitSet bytes = new BitSet();

  private TokenizerFile() {}

  /**
   * @param file only named in messages
   * @throws TokenizerException if this is no BPE or Unigram tokenizer in the Hugging Face format
   */
  static TokenizerFile parse(Path file, String json) {
    try {
      JsonObject root = JsonUtils.GSON.fromJson(json, JsonObject.class);
      if (root == null || !(root.get("model") instanceof JsonObject model)) {
        throw new TokenizerException(file + " has no object named \"model\"");
      }
      TokenizerFile read = new TokenizerFile();
      String type = text(model.get("type"));
      if ("BPE".equals(type) && model.get("vocab") instanceof JsonObject vocab) {
        for (Map.Entry<String, JsonElement> entry : vocab.entrySet()) {
          read.put(file, entry.getKey(), entry.getValue().getAsInt());
        }
      } else if ("Unigram".equals(type) && model.get("vocab") instanceof JsonArray pieces) {
        for (int id = 0; id < pieces.size(); id++) { // of each its text and its score
          read.put(file, pieces.get(id).getAsJsonArray().get(0).getAsString(), id);
        }
      } else {
        throw new TokenizerException(
            file
                + " describes a tokenizer of type "
                + type
                + ", expected BPE or Unigram with a vocabulary");
      }
      if (flag(model.get("byte_fallback"))) {
        read.ids.forEach((token, id) -> read.bytes.set(id, BYTE_TOKEN.matcher(token).matches()));
      }
      if (root.get("added_tokens") instanceof Iterable<?> added) {
        for (Object element : added) {
          JsonObject token = ((JsonElement) element).getAsJsonObject();
          int id = read.put(file, token.get("content").getAsString(), token.get("id").getAsInt());
          read.special.set(id, flag(token.get("special")));
        }
      }
      return read;
    } catch (TokenizerException e) {
      throw e;
    } catch (RuntimeException e) { // Gson has a type of its own for nearly every wrong shape
      throw new TokenizerException(
          file + " is not a tokenizer in the Hugging Face format: " + firstLine(e), e);
    }
  }

  private int put(Path file, String token, int id) {
    if (id < 0) {
      throw new TokenizerException(
          file + " gives the token \"" + token + "\" the id " + id + ", expected 0 or more");
    }
    ids.put(token, id);
    tokens.put(id, token);
    return id;
  }

  /** -1 if there is no such token. */
  int id(String token) {
    return ids.getOrDefault(token, -1);
  }

  @Nullable String token(long id) {
    return id == (int) id ? tokens.get((int) id) : null;
  }

  boolean isSpecial(long id) {
    return id >= 0 && id == (int) id && special.get((int) id);
  }

  /**
   * Whether the token stands for one byte ({@code <0xNN>}) of a character outside the vocabulary.
   */
  boolean isByte(long id) {
    return id >= 0 && id == (int) id && bytes.get((int) id);
  }

  static String firstLine(Throwable e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return message.lines().findFirst().orElse("");
  }

  private static boolean flag(@Nullable JsonElement value) {
    return value != null && value.isJsonPrimitive() && value.getAsBoolean();
  }

  private static @Nullable String text(@Nullable JsonElement value) {
    return value != null && value.isJsonPrimitive() ? value.getAsString() : null;
  }
}
