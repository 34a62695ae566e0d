// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.AttentionFunctions.tkz_attention_received;
import static org.tokenzip.bind.AttentionFunctions.tkz_attention_received_workspace;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.LibtorchView.optional;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.bind.AttentionFunctions.AttentionReceivedParams;
import org.tokenzip.tensor.Shapes;

/**
 * Mean attention that every token receives, self included, straight from queries and keys: the
 * score of VisionZip for towers without CLS (arXiv 2412.04467) and of FiCoCo (arXiv 2411.17686). No
 * map is ever stored.
 */
public final class AttentionReceived {
  private AttentionReceived() {}

  /**
   * Scores of every token: the mean over heads and rows of the softmax over all keys.
   *
   * @param query [B, H, S, d] in fp32, fp16 or bf16
   * @param keys [B, K, S, d] of the same dtype; query head h uses key head h / (H/K)
   * @param scale factor on q · k, 1/√d as a rule
   * @return fp32 [B, S]
   */
  public static FlaggedTensor apply(Tensor query, Tensor keys, float scale) {
    return apply(query, keys, scale, null, 0);
  }

  /**
   * What the tokens from {@code first} on receive from one another; those before them take part in
   * the softmax alone.
   *
   * @param lse fp32 [B, H, S] of {@link RowLse}, contiguous; null to have it computed
   * @param first from 0 to S, 1 to leave out a CLS token
   * @return fp32 [B, S - first]
   */
  public static FlaggedTensor apply(
      Tensor query, Tensor keys, float scale, @Nullable Tensor lse, int first) {
    Shapes.require(query, "query", 4);
    Shapes.require(keys, "keys", 4);
    LibtorchCall call = LibtorchCall.on(keys);
    Tensor scores = call.floats(query.size(0), Math.max(0, query.size(2) - first));
    Tensor nonFinite = call.ints(query.size(0));
    Workspace workspace = call.workspace(workspaceBytes(null, view(query), view(keys)));
    return call.returning(
        new FlaggedTensor(scores, nonFinite),
        () ->
            run(
                null,
                view(query),
                view(keys),
                scale,
                optional(lse),
                first,
                view(scores),
                view(nonFinite),
                workspace));
  }

  /** Bytes of workspace for {@link #run}. */
  public static long workspaceBytes(
      @Nullable Ragged ragged, NativeTensor query, NativeTensor keys) {
    Call call = Call.on(keys);
    call.check(
        tkz_attention_received_workspace(
            call.context(),
            parameters(1, 0),
            Ragged.pictures(ragged, query.size(0)),
            query.size(1),
            Ragged.tokens(ragged, query.size(2)),
            query.size(3),
            Call.size()));
    return Workspace.padded(Call.size().get());
  }

  /**
   * As {@link #apply}; writes {@code scores} fp32 [B, S], contiguous. Ragged: {@code query} [1, H,
   * total, d], {@code keys} [1, K, total, d], {@code scores} [batch, maxTokens].
   *
   * @param lse fp32 [B, H, S] of {@link RowLse}, contiguous; null to have it computed
   * @param nonFinite int32 [B] 1 where a logit is NaN or infinite; may be null
   */
  public static void run(
      @Nullable Ragged ragged,
      NativeTensor query,
      NativeTensor keys,
      float scale,
      @Nullable NativeTensor lse,
      NativeTensor scores,
      @Nullable NativeTensor nonFinite,
      Workspace workspace) {
    run(ragged, query, keys, scale, lse, 0, scores, nonFinite, workspace);
  }

  private static void run(
      @Nullable Ragged ragged,
      NativeTensor query,
      NativeTensor keys,
      float scale,
      @Nullable NativeTensor lse,
      int first,
      NativeTensor scores,
      @Nullable NativeTensor nonFinite,
      Workspace workspace) {
    Call call = Call.on(keys);
    call.check(
        tkz_attention_received(
            call.context(),
            call.stream(),
            parameters(scale, first),
            call.ragged(ragged),
            call.in("query", query),
            call.in("keys", keys),
            call.optional("lse", lse, FP32),
            call.out("scores", scores, FP32),
            call.flags(nonFinite, Ragged.pictures(ragged, query.size(0))),
            call.workspace(workspace),
            workspace.bytes()),
        nonFinite);
  }

  /** Rows and columns from {@code first} on, averaged over heads. */
  private static AttentionReceivedParams parameters(float scale, int first) {
    return Call.struct(AttentionReceivedParams.class, AttentionReceivedParams::new)
        .size(Pointer.sizeof(AttentionReceivedParams.class))
        .scale(scale)
        .row_begin(first)
        .row_end(-1)
        .col_begin(first)
        .col_end(-1)
        .per_head(0)
        .reserved(0);
  }
}
