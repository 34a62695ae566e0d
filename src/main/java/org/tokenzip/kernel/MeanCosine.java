// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.AssignmentFunctions.tkz_mean_cosine;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.tensor.Shapes;

/**
 * The mean over all rows of a picture, itself included, of a row's cosine with them; computed
 * without a matrix. High for rows like many others.
 */
public final class MeanCosine {
  private MeanCosine() {}

  /** {@code tokens} [B, n, d] in fp32, fp16 or bf16; returns fp32 [B, n]. */
  public static FlaggedTensor apply(Tensor tokens) {
    return apply(null, tokens);
  }

  /** As {@link #apply(Tensor)}; ragged: {@code tokens} [1, total, d], result [1, total]. */
  public static FlaggedTensor apply(@Nullable Ragged ragged, Tensor tokens) {
    Shapes.require(tokens, "tokens", 3);
    LibtorchCall call = LibtorchCall.on(tokens);
    Tensor mean = call.floats(tokens.size(0), tokens.size(1));
    Tensor nonFinite = call.ints(Ragged.pictures(ragged, tokens.size(0)));
    Workspace workspace = call.workspace(CosineWorkspace.bytes(ragged, view(tokens), null));
    return call.returning(
        new FlaggedTensor(mean, nonFinite),
        () -> run(ragged, view(tokens), view(mean), view(nonFinite), workspace));
  }

  /**
   * As {@link #apply}; writes {@code mean} fp32 [B, n], contiguous.
   *
   * @param nonFinite int32 [B]; may be null
   * @param workspace of {@link CosineWorkspace#bytes}
   */
  public static void run(
      @Nullable Ragged ragged,
      NativeTensor tokens,
      NativeTensor mean,
      @Nullable NativeTensor nonFinite,
      Workspace workspace) {
    Call call = Call.on(tokens);
    call.check(
        tkz_mean_cosine(
            call.context(),
            call.stream(),
            call.ragged(ragged),
            call.in("tokens", tokens),
            call.out("mean", mean, FP32),
            call.flags(nonFinite, Ragged.pictures(ragged, tokens.size(0))),
            call.workspace(workspace),
            workspace.bytes()),
        nonFinite);
  }
}
