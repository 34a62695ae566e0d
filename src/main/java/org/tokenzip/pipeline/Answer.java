// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.Provenance;
import org.tokenzip.compress.ReductionStep;
import org.tokenzip.model.llama.VisualBlock;

/**
 * What came out.
 *
 * @param text the answer without special tokens: all that a {@link TokenListener} heard, joined
 * @param outputIds generated token ids, a stop token included
 * @param promptTokens positions the language model has seen before the answer, visual tokens and
 *     earlier turns included
 * @param visualTokensBefore visual tokens of this turn's pictures without compression, newlines
 *     included
 * @param visualTokensAfter visual tokens of this turn's pictures that are left when the language
 *     model has read the prompt
 * @param provenance which token was kept or merged into which, for each picture and clip of this
 *     turn
 * @param cost what reading the prompt costs, layer by layer
 * @param timings wall time per stage
 * @param finishReason why generation ended
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never shared or compared
public record Answer(
    String text,
    long[] outputIds,
    int promptTokens,
    int visualTokensBefore,
    int visualTokensAfter,
    List<Provenance> provenance,
    PromptCost cost,
    StageTimings timings,
    FinishReason finishReason) {

  /**
   * An answer.
   *
   * @param fresh pictures of this turn
   * @param block what a method inside the language model has left of them; null if none has acted
   */
  static Answer of(
      Prompt prompt,
      TextGenerator.Generated generated,
      List<VisualTokens> fresh,
      @Nullable VisualBlock block,
      PromptCost cost,
      StageTimings timings) {
    List<Provenance> provenance = fresh.stream().map(tokens -> provenance(tokens, block)).toList();
    return new Answer(
        generated.text(),
        generated.ids(),
        prompt.length(),
        fresh.stream().mapToInt(VisualTokens::before).sum(),
        provenance.stream().mapToInt(Provenance::outputTokens).sum(),
        provenance,
        cost,
        timings,
        generated.finishReason());
  }

  private static Provenance provenance(VisualTokens tokens, @Nullable VisualBlock block) {
    Provenance provenance = tokens.provenance();
    for (ReductionStep step : block == null ? List.<ReductionStep>of() : block.steps()) {
      provenance = provenance.after(step);
    }
    return provenance;
  }
}
