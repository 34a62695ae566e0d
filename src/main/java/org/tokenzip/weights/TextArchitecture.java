// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The language models there are, with what a configuration of each leaves out. */
public enum TextArchitecture {
  /** LLaMA (arXiv 2302.13971), Vicuna included. */
  LLAMA("llama", 11008, null, 2048, 32000, false, List.of(2)),
  /** Mistral (arXiv 2310.06825): LLaMA's form, fewer key heads. */
  MISTRAL("mistral", 14336, 8, 131072, 32000, false, List.of(2)),
  /** Qwen2 (arXiv 2407.10671): LLaMA's form, a bias on queries, keys and values. */
  QWEN2("qwen2", 22016, 32, 32768, 151936, true, List.of());

  private final String modelType;
  final int intermediateSize;
  final @Nullable Integer kvHeads; // null: as many as there are query heads
  final int maxPositions;
  final int vocabSize;
  final boolean inputBias;

  @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable list
  final List<Integer> eosTokenIds;

  TextArchitecture(
      String modelType,
      int intermediateSize,
      @Nullable Integer kvHeads,
      int maxPositions,
      int vocabSize,
      boolean inputBias,
      List<Integer> eosTokenIds) {
    this.modelType = modelType;
    this.intermediateSize = intermediateSize;
    this.kvHeads = kvHeads;
    this.maxPositions = maxPositions;
    this.vocabSize = vocabSize;
    this.inputBias = inputBias;
    this.eosTokenIds = eosTokenIds;
  }

  /** Its name in a configuration. */
  public String modelType() {
    return modelType;
  }
}
