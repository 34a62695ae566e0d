// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.AttentionFunctions.tkz_head_mean_logits;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.ElementType.INT32;
import static org.tokenzip.kernel.LibtorchView.optional;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.bind.AttentionFunctions.HeadMeanParams;
import org.tokenzip.tensor.Shapes;

/**
 * Mean over heads of scaled logits, before any mask or softmax, for listed rows and columns: one
 * product of the concatenated heads. Source: FiCoCo (arXiv 2411.17686), decoder.
 */
public final class HeadMeanLogits {
  private HeadMeanLogits() {}

  /**
   * The logits of every token's query with every key.
   *
   * @param query [B, H, S, d] in fp32, fp16 or bf16
   * @param keys [B, K, S, d] of the same dtype; query head h uses key head h / (H/K)
   * @param scale factor on q · k, 1/√d as a rule; the mean over heads comes on top
   * @return fp32 [B, S, S]
   */
  public static Tensor apply(Tensor query, Tensor keys, float scale) {
    return apply(query, keys, scale, null, null);
  }

  /**
   * The logits of listed tokens' queries with listed keys.
   *
   * @param rowIndex int32 [B, R], contiguous, -1 for a row of zeros; null for all tokens
   * @param columnIndex int32 [B, C] likewise
   * @return fp32 [B, R, C]
   */
  public static Tensor apply(
      Tensor query,
      Tensor keys,
      float scale,
      @Nullable Tensor rowIndex,
      @Nullable Tensor columnIndex) {
    return apply(null, query, keys, scale, rowIndex, columnIndex);
  }

  /**
   * As {@link #apply(Tensor, Tensor, float, Tensor, Tensor)}; ragged: {@code query} [1, H, total,
   * d], {@code keys} [1, K, total, d], indices count within a picture, and without them the result
   * has maxTokens rows or columns, 0 beyond what a picture has.
   */
  public static Tensor apply(
      @Nullable Ragged ragged,
      Tensor query,
      Tensor keys,
      float scale,
      @Nullable Tensor rowIndex,
      @Nullable Tensor columnIndex) {
    Shapes.require(query, "query", 4);
    Shapes.require(keys, "keys", 4);
    LibtorchCall call = LibtorchCall.on(keys);
    long tokens = Ragged.tokens(ragged, keys.size(2));
    Tensor logits =
        call.floats(
            Ragged.pictures(ragged, query.size(0)),
            rowIndex == null ? tokens : rowIndex.size(1),
            columnIndex == null ? tokens : columnIndex.size(1));
    return call.returning(
        logits,
        () ->
            run(
                ragged,
                view(query),
                view(keys),
                scale,
                optional(rowIndex),
                optional(columnIndex),
                view(logits)));
  }

  /**
   * As {@link #apply}; writes {@code out} fp32 [B, R, C], contiguous.
   *
   * @param rowIndex int32 [B, R], contiguous; null for all tokens
   * @param columnIndex int32 [B, C] likewise
   */
  public static void run(
      @Nullable Ragged ragged,
      NativeTensor query,
      NativeTensor keys,
      float scale,
      @Nullable NativeTensor rowIndex,
      @Nullable NativeTensor columnIndex,
      NativeTensor out) {
    Call call = Call.on(keys);
    call.check(
        tkz_head_mean_logits(
            call.context(),
            call.stream(),
            parameters(scale),
            call.ragged(ragged),
            call.in("query", query),
            call.in("keys", keys),
            call.optional("rowIndex", rowIndex, INT32),
            call.optional("columnIndex", columnIndex, INT32),
            call.out("out", out, FP32)));
  }

  static HeadMeanParams parameters(float scale) {
    return Call.struct(HeadMeanParams.class, HeadMeanParams::new)
        .size(Pointer.sizeof(HeadMeanParams.class))
        .scale(scale);
  }
}
