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
    return apply(null, query, keys, scale, lse, AttentionRange.from(first), false);
  }

  /**
   * What the columns of a range receive from its rows; the softmax is over all keys. Ragged: {@code
   * query} [1, H, total, d], {@code keys} [1, K, total, d], {@code lse} [1, H, total], S is
   * maxTokens, and columns beyond what a picture has are 0.
   *
   * @param lse fp32 [B, H, S] of {@link RowLse}, contiguous; null to have it computed
   * @param perHead whether every head is left with a score of its own, in place of their mean
   * @return fp32 [B, C], C being the columns of the range; per head [B, H, C]
   */
  public static FlaggedTensor apply(
      @Nullable Ragged ragged,
      Tensor query,
      Tensor keys,
      float scale,
      @Nullable Tensor lse,
      AttentionRange range,
      boolean perHead) {
    Shapes.require(query, "query", 4);
    Shapes.require(keys, "keys", 4);
    long batch = Ragged.pictures(ragged, query.size(0));
    long columns = range.columns(Ragged.tokens(ragged, query.size(2)));
    LibtorchCall call = LibtorchCall.on(keys);
    Tensor scores =
        perHead ? call.floats(batch, query.size(1), columns) : call.floats(batch, columns);
    Tensor nonFinite = call.ints(batch);
    Workspace workspace = call.workspace(workspaceBytes(ragged, view(query), view(keys)));
    return call.returning(
        new FlaggedTensor(scores, nonFinite),
        () ->
            run(
                ragged,
                view(query),
                view(keys),
                scale,
                optional(lse),
                range,
                perHead,
                view(scores),
                view(nonFinite),
                workspace));
  }

  /** Bytes of workspace for {@link #run} with any range, per head or not. */
  public static long workspaceBytes(
      @Nullable Ragged ragged, NativeTensor query, NativeTensor keys) {
    Call call = Call.on(keys);
    call.check(
        tkz_attention_received_workspace(
            call.context(),
            parameters(1, AttentionRange.ALL, false),
            Ragged.pictures(ragged, query.size(0)),
            query.size(1),
            Ragged.tokens(ragged, query.size(2)),
            query.size(3),
            Call.size()));
    return Workspace.padded(Call.size().get());
  }

  /**
   * As {@link #apply}.
   *
   * @param lse fp32 [B, H, S] of {@link RowLse}, contiguous; null to have it computed
   * @param scores fp32 [B, C], per head [B, H, C], contiguous; overwritten
   * @param nonFinite int32 [B] 1 where a logit is NaN or infinite; may be null
   */
  public static void run(
      @Nullable Ragged ragged,
      NativeTensor query,
      NativeTensor keys,
      float scale,
      @Nullable NativeTensor lse,
      AttentionRange range,
      boolean perHead,
      NativeTensor scores,
      @Nullable NativeTensor nonFinite,
      Workspace workspace) {
    Call call = Call.on(keys);
    call.check(
        tkz_attention_received(
            call.context(),
            call.stream(),
            parameters(scale, range, perHead),
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

  private static AttentionReceivedParams parameters(
      float scale, AttentionRange range, boolean perHead) {
    return Call.struct(AttentionReceivedParams.class, AttentionReceivedParams::new)
        .size(Pointer.sizeof(AttentionReceivedParams.class))
        .scale(scale)
        .row_begin(range.rowBegin())
        .row_end(range.rowEnd())
        .col_begin(range.columnBegin())
        .col_end(range.columnEnd())
        .per_head(perHead ? 1 : 0)
        .reserved(0);
  }
}
