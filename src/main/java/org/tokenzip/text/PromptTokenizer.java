// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.text;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Text to token ids and back, as {@code tokenizer.json} of a checkpoint folder says: never
 * truncated, never padded. Safe to share between threads; {@link #close} frees the native tokenizer
 * and is idempotent.
 */
public final class PromptTokenizer implements AutoCloseable {
  static {
    DjlSwitches.set();
  }

  private static final Map<String, String> OPTIONS =
      Map.of("truncation", "do_not_truncate", "padding", "do_not_pad", "addSpecialTokens", "true");

  private final HuggingFaceTokenizer tokenizer;
  private final TokenizerFile file;

  private PromptTokenizer(HuggingFaceTokenizer tokenizer, TokenizerFile file) {
    this.tokenizer = tokenizer;
    this.file = file;
  }

  /**
   * Reads {@code tokenizer.json} in {@code directory}.
   *
   * @throws TokenizerException if the file is missing, unreadable or neither a BPE nor a Unigram
   *     tokenizer
   */
  public static PromptTokenizer open(Path directory) {
    Path path = directory.resolve("tokenizer.json");
    String json = read(path);
    TokenizerFile file = TokenizerFile.parse(path, json);
    try {
      // From a stream: from a path DJL also reads tokenizer_config.json, and lets it change ids.
      return new PromptTokenizer(
          HuggingFaceTokenizer.newInstance(
              new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), OPTIONS),
          file);
    } catch (EngineException e) {
      throw unloadable(e);
    } catch (IOException | RuntimeException e) {
      throw new TokenizerException(
          path + " is not a usable tokenizer: " + TokenizerFile.firstLine(e), e);
    }
  }

  /**
   * The file of the tokenizer's native library, which is extracted and loaded if it is not yet.
   *
   * @throws TokenizerException if it cannot be loaded
   */
  public static Path nativeLibrary() {
    try {
      LibUtils.checkStatus();
    } catch (EngineException e) {
      throw unloadable(e);
    }
    try (Stream<String> mapped = Files.lines(Path.of("/proc/self/maps"))) {
      return mapped
          .filter(line -> line.endsWith("/" + System.mapLibraryName("tokenizers")))
          .findFirst()
          .map(line -> Path.of(line.substring(line.indexOf('/'))))
          .orElseThrow(
              () -> new TokenizerException("the tokenizer's native library is not loaded"));
    } catch (IOException e) {
      throw new TokenizerException("cannot list the loaded libraries: " + e.getMessage(), e);
    }
  }

  private static TokenizerException unloadable(EngineException e) {
    return new TokenizerException(
        "the tokenizer's native library cannot be loaded: " + e.getCause(), e);
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (NoSuchFileException e) {
      throw new TokenizerException("missing file " + path + ", expected the model's tokenizer", e);
    } catch (CharacterCodingException e) {
      throw new TokenizerException(path + " is not UTF-8 text", e);
    } catch (IOException e) {
      throw new TokenizerException("cannot read " + path + ": " + TokenizerFile.firstLine(e), e);
    }
  }

  /** Ids with the special tokens the file puts around a text, as {@code <s>} in front. */
  public long[] encode(String text) {
    return encode(text, true);
  }

  /** Unpaired surrogates count as U+FFFD. */
  public long[] encode(String text, boolean addSpecialTokens) {
    return tokenizer.encode(wellFormed(text), addSpecialTokens, false).getIds();
  }

  /** Ids outside the vocabulary add nothing. */
  public String decode(long[] ids, boolean skipSpecialTokens) {
    return ids.length == 0 ? "" : tokenizer.decode(ids, skipSpecialTokens);
  }

  /** The id of a token as the vocabulary spells it, -1 if it is absent. */
  public long id(String token) {
    return file.id(token);
  }

  /** The spelling of each id in the vocabulary. */
  public List<String> tokens(long[] ids) {
    List<String> tokens = new ArrayList<>(ids.length);
    for (long id : ids) {
      tokens.add(Objects.requireNonNullElse(file.token(id), "<id " + id + ">"));
    }
    return tokens;
  }

  /** Decodes one answer while it is generated; special tokens are skipped. */
  public StreamingDecoder stream() {
    return new StreamingDecoder(this);
  }

  /** Whether a stream leaves the id out: special, or not in the vocabulary. */
  boolean isSilent(long id) {
    return file.isSpecial(id) || file.token(id) == null;
  }

  boolean isByte(long id) {
    return file.isByte(id);
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  private static String wellFormed(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
        .forEach(out::appendCodePoint);
    return out.toString();
  }
}
