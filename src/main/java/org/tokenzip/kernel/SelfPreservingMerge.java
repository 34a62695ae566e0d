// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.MergingFunctions.tkz_self_preserving_merge;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.ElementType.INT32;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.tensor.Shapes;

/**
 * Each token with weighted shares of removed ones: (t + sum of a s) / (1 + sum of a). A token that
 * gets nothing is copied.
 *
 * <p>Source: FiCoCo (arXiv 2411.17686), self-preserving compression.
 */
public final class SelfPreservingMerge {
  private SelfPreservingMerge() {}

  /** As {@link #apply(Ragged, Tensor, Tensor, Tensor, Tensor)}, all pictures of one length. */
  public static Tensor apply(Tensor tokens, Tensor removed, Tensor index, Tensor weight) {
    return apply(null, tokens, removed, index, weight);
  }

  /**
   * Hands out removed tokens.
   *
   * @param ragged null, or {@code tokens} and the result are [1, total, D]
   * @param tokens [B, n, D] in fp32, fp16 or bf16
   * @param removed [B, r, D] of the same dtype
   * @param index int32 [B, r, K], the tokens that get a share; none where it is outside, like -1
   * @param weight fp32 [B, r, K], these shares
   * @return [B, n, D]
   */
  public static Tensor apply(
      @Nullable Ragged ragged, Tensor tokens, Tensor removed, Tensor index, Tensor weight) {
    Shapes.require(tokens, "tokens", 3);
    Shapes.require(index, "index", 3);
    LibtorchCall call = LibtorchCall.on(tokens);
    Tensor out = call.like(tokens, tokens.size(0), tokens.size(1), tokens.size(2));
    Workspace workspace =
        call.workspace(
            MergeWorkspace.bytes(
                index.size(0),
                index.size(1) * index.size(2),
                Ragged.tokens(ragged, tokens.size(1))));
    return call.returning(
        out,
        () ->
            run(
                ragged,
                view(tokens),
                view(removed),
                view(index),
                view(weight),
                view(out),
                workspace));
  }

  /**
   * As {@link #apply}; writes {@code out} [B, n, D] of the tokens' dtype, contiguous.
   *
   * @param workspace of {@link MergeWorkspace#bytes} for B, r * K and n
   */
  public static void run(
      @Nullable Ragged ragged,
      NativeTensor tokens,
      NativeTensor removed,
      NativeTensor index,
      NativeTensor weight,
      NativeTensor out,
      Workspace workspace) {
    Call call = Call.on(tokens);
    call.check(
        tkz_self_preserving_merge(
            call.context(),
            call.stream(),
            call.ragged(ragged),
            call.in("tokens", tokens),
            call.in("removed", removed),
            call.in("index", index, INT32),
            call.in("weight", weight, FP32),
            call.out("out", out),
            call.workspace(workspace),
            workspace.bytes()));
  }
}
