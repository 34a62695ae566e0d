// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.tokenzip.runtime.NonFiniteInputException;

/**
 * Picks the next token from logits: temperature, then top-k, then top-p, then one draw. Ties go to
 * the lower token id, so a seed always gives the same answer. One sampler per answer.
 */
final class TokenSampler {
  private final GenerationOptions options;
  private final SplittableRandom random;

  TokenSampler(GenerationOptions options, long row) {
    this.options = options;
    this.random = new SplittableRandom(options.seed() + row);
  }

  /**
   * Token id for {@code logits[offset .. offset + vocabulary)}.
   *
   * @throws NonFiniteInputException if a logit is NaN or infinite
   */
  long next(float[] logits, int offset, int vocabulary) {
    int best = offset;
    for (int i = offset; i < offset + vocabulary; i++) {
      if (!Float.isFinite(logits[i])) {
        throw new NonFiniteInputException(
            "the language model produced a logit of " + logits[i] + " for token " + (i - offset));
      }
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    if (options.temperature() == 0) {
      return (long) best - offset;
    }
    return sample(logits, offset, vocabulary, logits[best]);
  }

  private long sample(float[] logits, int offset, int vocabulary, float max) {
    long[] ranked = ranked(logits, offset, vocabulary);
    int kept = options.topK() == 0 ? vocabulary : Math.min(options.topK(), vocabulary);
    double[] weight = new double[kept];
    double total = 0;
    for (int i = 0; i < kept; i++) {
      weight[i] = Math.exp((logits[offset + id(ranked[i])] - max) / options.temperature());
      total += weight[i];
    }
    if (options.topP() < 1) {
      double reached = 0;
      int nucleus = 0;
      while (nucleus < kept && reached < options.topP() * total) {
        reached += weight[nucleus++];
      }
      kept = Math.max(1, nucleus);
      total = reached;
    }
    double draw = random.nextDouble() * total;
    int i = 0;
    while (i < kept - 1 && draw >= weight[i]) {
      draw -= weight[i++];
    }
    return id(ranked[i]);
  }

  /** Token ids by logit descending, then id ascending, packed as (inverted order key, id). */
  private static long[] ranked(float[] logits, int offset, int vocabulary) {
    long[] packed = new long[vocabulary];
    for (int id = 0; id < vocabulary; id++) {
      int bits = Float.floatToIntBits(logits[offset + id] + 0f); // + 0f: -0 ranks as 0
      int ascending = bits ^ ((bits >> 31) & 0x7fffffff);
      packed[id] = ((long) ~ascending << 32) | id;
    }
    Arrays.sort(packed);
    return packed;
  }

  private static int id(long packed) {
    return (int) packed;
  }
}
