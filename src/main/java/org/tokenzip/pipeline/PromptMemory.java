// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.DecoderReduction;
import org.tokenzip.model.llama.KvCache;
import org.tokenzip.model.llama.LlamaDecoder;
import org.tokenzip.model.llama.VisualBlock;

/**
 * What the language model remembers of a conversation: keys and values, and which tokens they
 * belong to. A picture's tokens are chosen in the prefill that reads it first; turns that follow
 * run on top of the choice. One thread at a time.
 */
final class PromptMemory implements AutoCloseable {
  private final LlamaDecoder decoder;
  private @Nullable KvCache cache;
  private @Nullable VisualBlock chosen;
  private long[] held = {};

  PromptMemory(LlamaDecoder decoder) {
    this.decoder = decoder;
  }

  /**
   * Where a prompt goes on from.
   *
   * @param from positions that need not run again
   * @param cache that holds them
   * @param block the visual tokens, if a method is to choose from them now
   */
  record Start(int from, KvCache cache, @Nullable VisualBlock block) {}

  /**
   * Forgets what {@code prompt} does not begin with, which is true also if the prompt then fails.
   * With a method inside the language model that has not chosen from these visual tokens yet, that
   * is everything: it has to see the whole prompt.
   *
   * @param method null for none
   * @param capacity positions to make room for
   */
  Start resume(Prompt prompt, @Nullable DecoderReduction method, long capacity) {
    int from = commonPrefix(prompt);
    long reduced = cache == null ? 0 : cache.reducedPrefix();
    VisualBlock block = null;
    if (method != null && prompt.visual().length > 0 && (reduced == 0 || from < reduced)) {
      int start = Math.toIntExact(prompt.visual()[0]);
      block = new VisualBlock(start, prompt.visual().length, method);
      from = 0;
    }
    if (cache != null && from < reduced) {
      close();
      cache = null;
    }
    if (cache == null) {
      cache = decoder.newCache(capacity);
    } else {
      cache.reserve(capacity);
    }
    cache.truncate(from);
    held = Arrays.copyOf(held, from);
    return new Start(from, cache, block);
  }

  /** Remembers a prompt that has been answered: all tokens of the answer but the last have run. */
  void hold(Start start, Prompt prompt, long... answer) {
    held = Arrays.copyOf(prompt.ids(), Math.toIntExact(start.cache.length()));
    System.arraycopy(answer, 0, held, prompt.length(), held.length - prompt.length());
    chosen = blockOf(start);
  }

  /** The visual tokens that a method has chosen from, in this prompt or an earlier one. */
  @Nullable VisualBlock blockOf(Start start) {
    return start.block != null ? start.block : start.cache.reducedPrefix() > 0 ? chosen : null;
  }

  /** Positions of the prompt that the cache holds; the last one always runs again. */
  private int commonPrefix(Prompt prompt) {
    int mismatch = Arrays.mismatch(held, prompt.ids());
    int common = mismatch < 0 ? held.length : mismatch;
    return Math.min(common, prompt.length() - 1);
  }

  /** Frees keys and values. Idempotent. */
  @Override
  public void close() {
    if (cache != null) {
      cache.close();
    }
  }
}
