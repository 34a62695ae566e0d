// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

/**
 * How an answer is generated.
 *
 * @param maxNewTokens upper limit of generated tokens, at least 1
 * @param temperature 0 takes the likeliest token (greedy); above 0 samples from softmax(logits / t)
 * @param topP samples from the smallest set of likeliest tokens whose probability reaches this, in
 *     (0, 1]; 1 is off
 * @param topK samples from this many likeliest tokens; 0 is off
 * @param seed of the sampler: equal seeds give equal answers
 */
public record GenerationOptions(
    int maxNewTokens, double temperature, double topP, int topK, long seed) {
  public GenerationOptions {
    require(maxNewTokens >= 1, "max-new-tokens must be at least 1, got " + maxNewTokens);
    require(
        temperature >= 0 && Double.isFinite(temperature),
        "temperature must be 0 (greedy) or a positive number, got " + temperature);
    require(topP > 0 && topP <= 1, "top-p must be above 0 and at most 1, got " + topP);
    require(topK >= 0, "top-k must be 0 (off) or positive, got " + topK);
  }

  /** Greedy, at most 256 tokens. */
  public static GenerationOptions defaults() {
    return new GenerationOptions(256, 0, 1, 0, 0);
  }

  public GenerationOptions withMaxNewTokens(int value) {
    return new GenerationOptions(value, temperature, topP, topK, seed);
  }

  public GenerationOptions withTemperature(double value) {
    return new GenerationOptions(maxNewTokens, value, topP, topK, seed);
  }

  public GenerationOptions withTopP(double value) {
    return new GenerationOptions(maxNewTokens, temperature, value, topK, seed);
  }

  public GenerationOptions withTopK(int value) {
    return new GenerationOptions(maxNewTokens, temperature, topP, value, seed);
  }

  public GenerationOptions withSeed(long value) {
    return new GenerationOptions(maxNewTokens, temperature, topP, topK, value);
  }

  private static void require(boolean holds, String sentence) {
    if (!holds) {
      throw new IllegalArgumentException(sentence);
    }
  }
}
