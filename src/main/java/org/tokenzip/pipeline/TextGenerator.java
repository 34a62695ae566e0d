// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.model.LlavaModel;
import org.tokenzip.model.llama.KvCache;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.text.PromptTokenizer;
import org.tokenzip.text.StreamingDecoder;

/** Generates answers token by token, for every row of a batch. Thread-safe. */
final class TextGenerator {
  private final LlavaModel model;
  private final PromptTokenizer tokenizer;
  private final Set<Long> stopTokens;

  TextGenerator(LlavaModel model, PromptTokenizer tokenizer, Set<Long> stopTokens) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.stopTokens = Set.copyOf(stopTokens);
  }

  /** One generated answer; {@code ids} include a stop token. */
  @SuppressWarnings("ArrayRecordComponent")
  record Generated(long[] ids, String text, FinishReason finishReason) {}

  /**
   * Positions a cache needs for a prompt and its answer. The answer ends early where the model's
   * longest sequence does; a prompt that fills it all is left for the cache to refuse.
   */
  long capacity(long promptLength, GenerationOptions options) {
    long longest = model.config().text().maxPositions();
    return Math.max(promptLength + 1, Math.min(promptLength + options.maxNewTokens(), longest));
  }

  /**
   * Runs what answers start from on top of its cache, then generates until every row has stopped or
   * the cache is full. Afterwards the cache holds all tokens but the last of each row.
   */
  List<Generated> generate(
      Prefill prefill,
      GenerationOptions options,
      TokenListener listener,
      StageTimings.Clock clock) {
    KvCache cache = prefill.cache();
    int rows = cache.batch();
    // The last token of an answer is not run, so there is room for one more than the cache has.
    long room = cache.capacity() - cache.length() - prefill.embeds().size(1) + 1;
    int longest = (int) Math.min(options.maxNewTokens(), Math.max(1, room));
    Row[] row =
        IntStream.range(0, rows)
            .mapToObj(
                i ->
                    new Row(
                        options,
                        longest,
                        prefill.numbers()[i],
                        i == 0 ? listener : TokenListener.NONE))
            .toArray(Row[]::new);
    clock.start();
    float[] logits = host(prefill.run(model.decoder()));
    clock.end(Stage.PREFILL);
    int vocabulary = logits.length / rows;
    long[] next = new long[rows];
    while (true) {
      for (int i = 0; i < rows; i++) {
        next[i] = row[i].advance(logits, i * vocabulary, vocabulary);
      }
      if (Arrays.stream(row).noneMatch(Row::active)) {
        clock.end(Stage.DECODE);
        return Arrays.stream(row).map(Row::generated).toList();
      }
      logits = host(model.decoder().step(cache, next));
    }
  }

  private static float[] host(Tensor logits) {
    try (logits) {
      return Tensors.toFloatArray(logits);
    }
  }

  /** The answer of one row while it grows. */
  private final class Row {
    private final long[] ids;
    private final TokenSampler sampler;
    private final StreamingDecoder stream = tokenizer.stream();
    private final StringBuilder text = new StringBuilder();
    private final TokenListener listener;
    private int count;
    private FinishReason finishReason = FinishReason.LENGTH;
    private boolean active = true;

    Row(GenerationOptions options, int longest, int number, TokenListener listener) {
      ids = new long[longest];
      sampler = new TokenSampler(options, number);
      this.listener = listener;
    }

    boolean active() {
      return active;
    }

    /** Takes the next token from the logits; a finished row repeats its last one, unheard. */
    long advance(float[] logits, int offset, int vocabulary) {
      if (!active) {
        return ids[count - 1];
      }
      long id = sampler.next(logits, offset, vocabulary);
      ids[count++] = id;
      emit(stream.push(id));
      if (stopTokens.contains(id)) {
        finishReason = FinishReason.STOP;
        active = false;
      } else if (count == ids.length) {
        active = false;
      }
      if (!active) {
        emit(stream.finish());
      }
      return id;
    }

    private void emit(String piece) {
      if (!piece.isEmpty()) {
        text.append(piece);
        listener.onText(piece);
      }
    }

    Generated generated() {
      return new Generated(Arrays.copyOf(ids, count), text.toString(), finishReason);
    }
  }
}
