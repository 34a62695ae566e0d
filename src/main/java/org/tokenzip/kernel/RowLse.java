// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.AttentionFunctions.tkz_row_lse;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.tensor.Shapes;

/**
 * Log-sum-exp (natural) of the scaled logits of every query over its picture's keys: what turns a
 * logit into attention without a second pass. NaN where a logit of the row is not finite.
 */
public final class RowLse {
  private RowLse() {}

  /**
   * The log-sum-exp of every row.
   *
   * @param query [B, H, S, d] in fp32, fp16 or bf16
   * @param keys [B, K, S, d] of the same dtype; query head h uses key head h / (H/K)
   * @param scale factor on q · k, 1/√d as a rule
   * @return fp32 [B, H, S]
   */
  public static Tensor apply(Tensor query, Tensor keys, float scale) {
    return apply(null, query, keys, scale);
  }

  /**
   * As {@link #apply(Tensor, Tensor, float)}; ragged: {@code query} [1, H, total, d], {@code keys}
   * [1, K, total, d], result [1, H, total].
   */
  public static Tensor apply(@Nullable Ragged ragged, Tensor query, Tensor keys, float scale) {
    Shapes.require(query, "query", 4);
    Shapes.require(keys, "keys", 4);
    LibtorchCall call = LibtorchCall.on(keys);
    Tensor lse = call.floats(query.size(0), query.size(1), query.size(2));
    return call.returning(lse, () -> run(ragged, view(query), view(keys), scale, view(lse)));
  }

  /** As {@link #apply}; writes {@code lse} fp32 [B, H, S], contiguous (ragged [1, H, total]). */
  public static void run(
      @Nullable Ragged ragged,
      NativeTensor query,
      NativeTensor keys,
      float scale,
      NativeTensor lse) {
    Call call = Call.on(keys);
    call.check(
        tkz_row_lse(
            call.context(),
            call.stream(),
            call.ragged(ragged),
            scale,
            call.in("query", query),
            call.in("keys", keys),
            call.out("lse", lse, FP32)));
  }
}
