// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.FicocoFunctions.tkz_ficoco_v_layer;
import static org.tokenzip.bind.FicocoFunctions.tkz_ficoco_v_workspace;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.ElementType.INT32;
import static org.tokenzip.kernel.LibtorchView.optional;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.runtime.Status;
import org.tokenzip.tensor.Shapes;

/**
 * FiCoCo-V in one layer of a vision tower, as one native call: the r most redundant of N patches
 * are removed, and hand what they hold to those of the m others they attend to most.
 *
 * <p>Source: FiCoCo (arXiv 2411.17686), section 3.2, and its published code.
 */
public final class FicocoVLayer {
  private FicocoVLayer() {}

  /**
   * What is left, and how that was decided; see {@link FicocoVLists}.
   *
   * @param tokens [B, S - r, D]
   * @param scores fp32 [B, N]
   * @param removed int32 [B, r]
   * @param kept int32 [B, m]
   * @param cells int32 [B, m]
   * @param targets int32 [B, r, K]
   * @param weights fp32 [B, r, K]
   * @param count int32 [B, r]
   * @param nonFinite int32 [B] 1 where a NaN or infinity took part; read on the CPU already
   */
  public record Result(
      Tensor tokens,
      Tensor scores,
      Tensor removed,
      Tensor kept,
      Tensor cells,
      Tensor targets,
      Tensor weights,
      Tensor count,
      Tensor nonFinite) {

    FicocoVLists lists() {
      return new FicocoVLists(
          view(scores),
          view(removed),
          view(kept),
          view(cells),
          view(targets),
          view(weights),
          view(count),
          view(nonFinite));
    }
  }

  /**
   * Reduces the tokens of a layer. What the scores are made of is given or found, as {@code
   * parameters} have it: all of the last three are needed by the paper's scores; by those of the
   * published code only the last one, and only without CLS.
   *
   * @param query [B, H, S, d] in fp32, fp16 or bf16
   * @param keys [B, G, S, d] of the same dtype; query head h uses key head h / (H/G)
   * @param tokens [B, S, D] in any of these dtypes
   * @param cells int32 [B, N], where each patch was in the picture
   * @param lse fp32 [B, H, S], contiguous, of {@link RowLse}
   * @param seen fp32 [B, N], mean attention that each patch receives from patches
   * @param special fp32 [B, N], attention of CLS, or what stands in for it
   */
  public static Result apply(
      FicocoVParameters parameters,
      Tensor query,
      Tensor keys,
      Tensor tokens,
      Tensor cells,
      @Nullable Tensor lse,
      @Nullable Tensor seen,
      @Nullable Tensor special) {
    return apply(null, parameters, query, keys, tokens, cells, lse, seen, special);
  }

  /**
   * As {@link #apply(FicocoVParameters, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor)};
   * ragged: every picture has an N of its own and loses min(r, N - 1) patches. {@code query} [1, H,
   * total, d], {@code keys} [1, G, total, d], {@code tokens} [1, total, D], {@code lse} [1, H,
   * total] and {@code special} [1, total], one value per token of which that of CLS is not looked
   * at, are packed; {@code cells} and {@code seen} are [batch, N] with N = maxTokens, without CLS,
   * as the layer before and {@link AttentionReceived} leave them. The result has room for what
   * maxTokens tokens give; beyond what a picture has, lists are -1 and all else is 0.
   */
  public static Result apply(
      @Nullable Ragged ragged,
      FicocoVParameters parameters,
      Tensor query,
      Tensor keys,
      Tensor tokens,
      Tensor cells,
      @Nullable Tensor lse,
      @Nullable Tensor seen,
      @Nullable Tensor special) {
    Shapes.require(keys, "keys", 4);
    Shapes.require(tokens, "tokens", 3);
    LibtorchCall call = LibtorchCall.on(keys);
    Result result = allocate(call, ragged, parameters, tokens);
    Workspace workspace = call.workspace(workspaceBytes(ragged, parameters, view(keys)));
    return call.returning(
        result,
        () ->
            run(
                ragged,
                parameters,
                view(query),
                view(keys),
                view(tokens),
                view(cells),
                optional(lse),
                optional(seen),
                optional(special),
                result.lists(),
                view(result.tokens),
                workspace));
  }

  /**
   * Bytes of workspace for {@link #run} with {@code keys} [B, G, S, d], ragged [1, G, total, d].
   */
  public static long workspaceBytes(
      @Nullable Ragged ragged, FicocoVParameters parameters, NativeTensor keys) {
    Status.check(
        tkz_ficoco_v_workspace(
            parameters.struct(),
            Ragged.pictures(ragged, keys.size(0)),
            keys.size(1),
            Ragged.tokens(ragged, keys.size(2)),
            keys.size(3),
            Call.size()));
    return Workspace.padded(Call.size().get());
  }

  /**
   * As {@link #apply}, into memory of the caller.
   *
   * @param lists overwritten
   * @param out [B, S - r, D] in the dtype of {@code tokens}; overwritten
   */
  public static void run(
      @Nullable Ragged ragged,
      FicocoVParameters parameters,
      NativeTensor query,
      NativeTensor keys,
      NativeTensor tokens,
      NativeTensor cells,
      @Nullable NativeTensor lse,
      @Nullable NativeTensor seen,
      @Nullable NativeTensor special,
      FicocoVLists lists,
      NativeTensor out,
      Workspace workspace) {
    Call call = Call.on(keys);
    call.check(
        tkz_ficoco_v_layer(
            call.context(),
            call.stream(),
            parameters.struct(),
            call.ragged(ragged),
            call.in("query", query),
            call.in("keys", keys),
            call.in("tokens", tokens),
            call.in("cells", cells, INT32),
            call.optional("lse", lse, FP32),
            call.optional("seen", seen, FP32),
            call.optional("special", special, FP32),
            lists.struct(call, ragged, parameters, tokens),
            call.out("out", out),
            call.workspace(workspace),
            workspace.bytes()),
        lists.nonFinite());
  }

  private static Result allocate(
      LibtorchCall call, @Nullable Ragged ragged, FicocoVParameters parameters, Tensor tokens) {
    long batch = Ragged.pictures(ragged, tokens.size(0));
    long positions = Ragged.tokens(ragged, tokens.size(1));
    long gone = parameters.removed(ragged, positions);
    long left = parameters.patches(positions) - gone;
    return new Result(
        call.like(tokens, batch, positions - gone, tokens.size(2)),
        call.floats(batch, left + gone),
        call.ints(batch, gone),
        call.ints(batch, left),
        call.ints(batch, left),
        call.ints(batch, gone, parameters.listed()),
        call.floats(batch, gone, parameters.listed()),
        call.ints(batch, gone),
        call.ints(batch));
  }
}
