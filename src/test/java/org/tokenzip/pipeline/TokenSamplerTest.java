// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.tokenzip.runtime.NonFiniteInputException;

class TokenSamplerTest {
  private static final int DRAWS = 20_000;
  private static final GenerationOptions SAMPLED = GenerationOptions.defaults().withTemperature(1);

  /** Probabilities 0.5, 0.3, 0.15, 0.05 after an offset of two. */
  private static final float[] LOGITS = {
    9,
    9,
    (float) Math.log(0.3),
    (float) Math.log(0.5),
    (float) Math.log(0.05),
    (float) Math.log(.15)
  };

  @Test
  void greedyTakesTheFirstOfTheLikeliest() {
    TokenSampler sampler = new TokenSampler(GenerationOptions.defaults(), 0);
    assertThat(sampler.next(new float[] {-1, 3, 3, 2}, 0, 4)).isEqualTo(1);
    assertThat(sampler.next(new float[] {-0f, 0f}, 0, 2)).isZero();
    assertThat(sampler.next(LOGITS, 2, 4)).isEqualTo(1);
  }

  @Test
  void drawsFollowTheProbabilities() {
    assertFrequencies(SAMPLED, 0.3, 0.5, 0.05, 0.15);
  }

  @Test
  void temperatureSharpens() {
    // Squares of the probabilities, normalised: 0.09, 0.25, 0.0025, 0.0225 over 0.365.
    assertFrequencies(SAMPLED.withTemperature(0.5), 0.2466, 0.6849, 0.0068, 0.0616);
  }

  @Test
  void topKAndTopPDropTheUnlikely() {
    assertFrequencies(SAMPLED.withTopK(2), 0.375, 0.625, 0, 0);
    assertFrequencies(SAMPLED.withTopP(0.79), 0.375, 0.625, 0, 0);
    assertFrequencies(SAMPLED.withTopP(0.81), 0.3158, 0.5263, 0, 0.1579);
    assertFrequencies(SAMPLED.withTopP(1e-6), 0, 1, 0, 0);
  }

  @Test
  void aSeedDecidesEverything() {
    assertThat(draws(SAMPLED.withSeed(7), 50)).isEqualTo(draws(SAMPLED.withSeed(7), 50));
    assertThat(draws(SAMPLED.withSeed(7), 50)).isNotEqualTo(draws(SAMPLED.withSeed(8), 50));
  }

  @Test
  void nonFiniteLogitsAreRefused() {
    TokenSampler sampler = new TokenSampler(SAMPLED, 0);
    assertThatThrownBy(() -> sampler.next(new float[] {1, Float.NaN}, 0, 2))
        .isInstanceOf(NonFiniteInputException.class)
        .hasMessageContaining("NaN for token 1");
  }

  @Test
  void absurdOptionsAreRefused() {
    GenerationOptions options = GenerationOptions.defaults();
    assertRefused(() -> options.withMaxNewTokens(0), "max-new-tokens", "0");
    assertRefused(() -> options.withTemperature(-1), "temperature", "-1");
    assertRefused(() -> options.withTemperature(Double.NaN), "temperature", "NaN");
    assertRefused(() -> options.withTopP(0), "top-p", "0");
    assertRefused(() -> options.withTopP(1.5), "top-p", "1.5");
    assertRefused(() -> options.withTopK(-1), "top-k", "-1");
  }

  private static void assertRefused(Runnable option, String... words) {
    assertThatIllegalArgumentException()
        .isThrownBy(option::run)
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }

  private static long[] draws(GenerationOptions options, int count) {
    TokenSampler sampler = new TokenSampler(options, 0);
    return LongStream.range(0, count).map(i -> sampler.next(LOGITS, 2, 4)).toArray();
  }

  private static void assertFrequencies(GenerationOptions options, double... expected) {
    int[] counts = new int[expected.length];
    for (long id : draws(options.withSeed(1), DRAWS)) {
      counts[(int) id]++;
    }
    for (int id = 0; id < expected.length; id++) {
      double frequency = counts[id] / (double) DRAWS;
      // Five standard deviations of the widest case; a share of zero is exact.
      assertThat(frequency).isBetween(expected[id] - 0.018, expected[id] + 0.018);
      assertThat(counts[id] == 0).isEqualTo(expected[id] == 0);
    }
  }
}
