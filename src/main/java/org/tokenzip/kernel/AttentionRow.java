// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.ScoreFunctions.tkz_attention_row;
import static org.tokenzip.bind.ScoreFunctions.tkz_attention_row_workspace;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.bind.ScoreFunctions.AttentionRowParams;
import org.tokenzip.runtime.Status;
import org.tokenzip.tensor.Shapes;

/**
 * Attention that one query per picture pays to every token: softmax over all keys of scale · q · k
 * for each head, then the sum or the mean over heads. The query is that of CLS (VisionZip, EViT),
 * or of the last token of a prompt (FastV); no map is ever formed.
 */
public final class AttentionRow {
  private AttentionRow() {}

  /**
   * Scores of every token.
   *
   * @param query [B, H, d] in fp32, fp16 or bf16
   * @param keys [B, K, S, d] of the same dtype; query head h uses key head h / (H/K)
   * @param scale factor on q · k, 1/√d as a rule
   * @return fp32 [B, S]
   */
  public static FlaggedTensor apply(
      Tensor query, Tensor keys, float scale, HeadReduction reduction) {
    return apply(null, query, keys, scale, reduction);
  }

  /**
   * As {@link #apply(Tensor, Tensor, float, HeadReduction)}; ragged: {@code query} [batch, H, d],
   * {@code keys} [1, K, total, d], result [1, total].
   */
  public static FlaggedTensor apply(
      @Nullable Ragged ragged, Tensor query, Tensor keys, float scale, HeadReduction reduction) {
    Shapes.require(query, "query", 3);
    Shapes.require(keys, "keys", 4);
    LibtorchCall call = LibtorchCall.on(keys);
    Tensor scores = call.floats(keys.size(0), keys.size(2));
    Tensor nonFinite = call.ints(query.size(0));
    Workspace workspace = call.workspace(workspaceBytes(ragged, view(query), view(keys)));
    return call.returning(
        new FlaggedTensor(scores, nonFinite),
        () ->
            run(
                ragged,
                view(query),
                view(keys),
                scale,
                reduction,
                view(scores),
                view(nonFinite),
                workspace));
  }

  /** Bytes of workspace for {@link #run}. */
  public static long workspaceBytes(
      @Nullable Ragged ragged, NativeTensor query, NativeTensor keys) {
    Status.check(
        tkz_attention_row_workspace(
            parameters(1, HeadReduction.SUM),
            query.size(0),
            query.size(1),
            Ragged.tokens(ragged, keys.size(2)),
            Call.size()));
    return Workspace.padded(Call.size().get());
  }

  /**
   * As {@link #apply}; writes {@code scores} fp32 [B, S], contiguous.
   *
   * @param nonFinite int32 [B] 1 where a logit is NaN or infinite; may be null
   */
  public static void run(
      @Nullable Ragged ragged,
      NativeTensor query,
      NativeTensor keys,
      float scale,
      HeadReduction reduction,
      NativeTensor scores,
      @Nullable NativeTensor nonFinite,
      Workspace workspace) {
    Call call = Call.on(keys);
    call.check(
        tkz_attention_row(
            call.context(),
            call.stream(),
            parameters(scale, reduction),
            call.ragged(ragged),
            call.in("query", query),
            call.in("keys", keys),
            call.out("scores", scores, FP32),
            call.flags(nonFinite, query.size(0)),
            call.workspace(workspace),
            workspace.bytes()),
        nonFinite);
  }

  private static AttentionRowParams parameters(float scale, HeadReduction reduction) {
    return Call.struct(AttentionRowParams.class, AttentionRowParams::new)
        .size(Pointer.sizeof(AttentionRowParams.class))
        .reduce(reduction.code())
        .scale(scale);
  }
}
