// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.MergingFunctions.tkz_weighted_sum;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.ElementType.INT32;
import static org.tokenzip.kernel.LibtorchView.optional;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.tensor.Shapes;

/**
 * The weighted sum of tokens, not normalised, in fp32 and rounded once.
 *
 * <p>Source: EViT (arXiv 2202.07800), fused token.
 */
public final class WeightedSum {
  private WeightedSum() {}

  /** Sums all of {@code tokens} [B, n, D] by {@code weight} fp32 [B, n]; returns [B, 1, D]. */
  public static Tensor apply(Tensor tokens, Tensor weight) {
    return apply(null, tokens, weight, null);
  }

  /**
   * Sums chosen tokens.
   *
   * @param ragged null, or {@code tokens} is [1, total, D] and {@code weight} [1, total]
   * @param tokens [B, n, D] in fp32, fp16 or bf16
   * @param weight fp32 [B, n], of each token
   * @param index int32 [B, m], the tokens to add, in this order, those outside left out; null: all
   * @return [B, 1, D] in the dtype of {@code tokens}, zero when there is nothing to add
   */
  public static Tensor apply(
      @Nullable Ragged ragged, Tensor tokens, Tensor weight, @Nullable Tensor index) {
    Shapes.require(tokens, "tokens", 3);
    LibtorchCall call = LibtorchCall.on(tokens);
    Tensor out = call.like(tokens, Ragged.pictures(ragged, tokens.size(0)), 1, tokens.size(2));
    return call.returning(
        out, () -> run(ragged, view(tokens), view(weight), optional(index), view(out)));
  }

  /** As {@link #apply}; writes {@code out} [B, 1, D] of the tokens' dtype, contiguous. */
  public static void run(
      @Nullable Ragged ragged,
      NativeTensor tokens,
      NativeTensor weight,
      @Nullable NativeTensor index,
      NativeTensor out) {
    Call call = Call.on(tokens);
    call.check(
        tkz_weighted_sum(
            call.context(),
            call.stream(),
            call.ragged(ragged),
            call.in("tokens", tokens),
            call.in("weight", weight, FP32),
            call.optional("index", index, INT32),
            call.out("out", out)));
  }
}
