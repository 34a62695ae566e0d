// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.AttentionFunctions.tkz_head_mean_probabilities;
import static org.tokenzip.bind.AttentionFunctions.tkz_head_mean_probabilities_workspace;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.ElementType.INT32;
import static org.tokenzip.kernel.LibtorchView.optional;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.runtime.Status;
import org.tokenzip.tensor.Shapes;

/**
 * Mean over heads of the attention that listed tokens pay to every token, from queries and keys.
 * Source: FiCoCo (arXiv 2411.17686), vision tower.
 */
public final class HeadMeanProbabilities {
  private HeadMeanProbabilities() {}

  /**
   * The attention of every token.
   *
   * @param query [B, H, S, d] in fp32, fp16 or bf16
   * @param keys [B, K, S, d] of the same dtype; query head h uses key head h / (H/K)
   * @param scale factor on q · k, 1/√d as a rule
   * @return fp32 [B, S, S]
   */
  public static Tensor apply(Tensor query, Tensor keys, float scale) {
    return apply(query, keys, scale, null, null);
  }

  /**
   * The attention of listed tokens.
   *
   * @param lse fp32 [B, H, S] of {@link RowLse}, contiguous; null to have it computed
   * @param rowIndex int32 [B, R], contiguous, -1 for a row of zeros; null for all tokens
   * @return fp32 [B, R, S]
   */
  public static Tensor apply(
      Tensor query, Tensor keys, float scale, @Nullable Tensor lse, @Nullable Tensor rowIndex) {
    return apply(null, query, keys, scale, lse, rowIndex);
  }

  /**
   * As {@link #apply(Tensor, Tensor, float, Tensor, Tensor)}; ragged: {@code query} [1, H, total,
   * d], {@code keys} [1, K, total, d], {@code lse} [1, H, total], indices count within a picture,
   * and S is maxTokens, 0 beyond what a picture has.
   */
  public static Tensor apply(
      @Nullable Ragged ragged,
      Tensor query,
      Tensor keys,
      float scale,
      @Nullable Tensor lse,
      @Nullable Tensor rowIndex) {
    Shapes.require(query, "query", 4);
    Shapes.require(keys, "keys", 4);
    long batch = Ragged.pictures(ragged, query.size(0));
    long tokens = Ragged.tokens(ragged, keys.size(2));
    long rows = rowIndex == null ? tokens : rowIndex.size(1);
    LibtorchCall call = LibtorchCall.on(keys);
    Tensor mean = call.floats(batch, rows, tokens);
    Workspace workspace = call.workspace(workspaceBytes(batch, query.size(1), rows));
    return call.returning(
        mean,
        () ->
            run(
                ragged,
                view(query),
                view(keys),
                scale,
                optional(lse),
                optional(rowIndex),
                view(mean),
                workspace));
  }

  /** Bytes of workspace for {@link #run} of {@code rows} listed rows for each picture. */
  public static long workspaceBytes(long batch, long heads, long rows) {
    Status.check(
        tkz_head_mean_probabilities_workspace(
            HeadMeanLogits.parameters(1), batch, heads, rows, Call.size()));
    return Workspace.padded(Call.size().get());
  }

  /**
   * As {@link #apply}; writes {@code out} fp32 [B, R, S], contiguous.
   *
   * @param lse fp32 [B, H, S] of {@link RowLse}, contiguous; null to have it computed
   * @param rowIndex int32 [B, R], contiguous; null for all tokens
   */
  public static void run(
      @Nullable Ragged ragged,
      NativeTensor query,
      NativeTensor keys,
      float scale,
      @Nullable NativeTensor lse,
      @Nullable NativeTensor rowIndex,
      NativeTensor out,
      Workspace workspace) {
    Call call = Call.on(keys);
    call.check(
        tkz_head_mean_probabilities(
            call.context(),
            call.stream(),
            HeadMeanLogits.parameters(scale),
            call.ragged(ragged),
            call.in("query", query),
            call.in("keys", keys),
            call.optional("lse", lse, FP32),
            call.optional("rowIndex", rowIndex, INT32),
            call.out("out", out, FP32),
            call.workspace(workspace),
            workspace.bytes()));
  }
}
