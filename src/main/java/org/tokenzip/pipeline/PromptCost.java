// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.tokenzip.model.LlavaModel;
import org.tokenzip.model.llama.DecoderCost;
import org.tokenzip.model.llama.VisualBlock;

/**
 * What it costs the language model to read a prompt from its beginning, counted and not measured:
 * earlier turns are included, the vision tower and the method itself are not.
 *
 * @param visualTokens that the attention of each layer sees
 * @param prefillFlops floating-point operations of the layers' matrix products
 * @param prefillFlopsUncompressed the same with every patch token
 * @param paperRatio what is left of the cost by the count that papers on compression use
 * @param kvCacheBytes keys and values of the prompt
 * @param kvCacheBytesUncompressed the same with every patch token
 */
public record PromptCost(
    List<Integer> visualTokens,
    double prefillFlops,
    double prefillFlopsUncompressed,
    double paperRatio,
    long kvCacheBytes,
    long kvCacheBytesUncompressed) {
  public PromptCost {
    visualTokens = List.copyOf(visualTokens);
  }

  /**
   * The cost of {@code prompt}.
   *
   * @param before patch tokens of its pictures
   * @param block what a method inside the language model has left of its visual tokens; null if
   *     none has acted
   */
  static PromptCost of(LlavaModel model, Prompt prompt, int before, @Nullable VisualBlock block) {
    int layers = model.config().text().layers();
    int text = prompt.length() - prompt.visual().length;
    DecoderCost cost = DecoderCost.of(model.config().text());
    List<Integer> all = Collections.nCopies(layers, prompt.visual().length);
    List<Integer> visual = block == null ? all : block.attended();
    List<Integer> attended = plus(text, visual);
    List<Integer> whole = Collections.nCopies(layers, text + before);
    return new PromptCost(
        visual,
        cost.prefillFlops(attended, plus(text, block == null ? all : block.fed())),
        cost.prefillFlops(whole, whole),
        cost.paperMacs(attended) / cost.paperMacs(whole),
        cost.kvCacheBytes(attended, model.dtype()),
        cost.kvCacheBytes(whole, model.dtype()));
  }

  private static List<Integer> plus(int text, List<Integer> visual) {
    return IntStream.range(0, visual.size()).mapToObj(i -> text + visual.get(i)).toList();
  }
}
