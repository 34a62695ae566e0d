// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.llama;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.tensor.Shapes;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;

/**
 * Prompts of different lengths as one batch, aligned at the right.
 *
 * @param embeds [B, S, E] with S the longest prompt; zero where there is padding; the caller's
 * @param padding positions at the start of each row that hold no token, for {@link
 *     LlamaDecoder#newCache(long, int...)}
 */
@SuppressWarnings("ArrayRecordComponent") // a plain pair, never compared
public record PaddedPrompts(Tensor embeds, int[] padding) {

  /**
   * Pads prompts to the length of the longest.
   *
   * @param prompts [S_b, E] each, at least one
   */
  public static PaddedPrompts of(List<Tensor> prompts) {
    if (prompts.isEmpty()) {
      throw new IllegalArgumentException("prompts: expected at least one, got none");
    }
    long width = prompts.get(0).size(1);
    long longest = 0;
    for (Tensor prompt : prompts) {
      Shapes.require(prompt, "prompt", Shapes.ANY, width);
      longest = Math.max(longest, prompt.size(0));
    }
    int[] padding = new int[prompts.size()];
    for (int row = 0; row < padding.length; row++) {
      padding[row] = Math.toIntExact(longest - prompts.get(row).size(0));
    }
    long length = longest;
    Tensor embeds =
        TensorScope.compute(
            () -> {
              Tensor batch =
                  Tensors.emptyLike(prompts.get(0), prompts.size(), length, width).zero_();
              for (int row = 0; row < padding.length; row++) {
                Tensor prompt = prompts.get(row);
                batch.select(0, row).narrow(0, padding[row], prompt.size(0)).copy_(prompt);
              }
              return batch;
            });
    return new PaddedPrompts(embeds, padding);
  }
}
