// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.AssignmentFunctions.tkz_cosine_matrix;
import static org.tokenzip.kernel.CosineWorkspace.parameters;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.tensor.Shapes;

/**
 * The cosine of every row with every other, symmetric to the bit. The cosine with a zero row is 0.
 *
 * <p>Source: DivPrune (arXiv 2503.02175) and CDPruner (arXiv 2506.10967), similarity of tokens.
 */
public final class CosineMatrix {
  private CosineMatrix() {}

  /** {@code tokens} [B, n, d] in fp32, fp16 or bf16; returns fp32 [B, n, n]. */
  public static FlaggedTensor apply(Tensor tokens) {
    return apply(null, tokens, false);
  }

  /**
   * As {@link #apply(Tensor)}; ragged: {@code tokens} [1, total, d], result [batch, maxTokens,
   * maxTokens], 0 beyond what a picture has.
   *
   * @param centred whether the mean of a picture's rows is subtracted from each first
   */
  public static FlaggedTensor apply(@Nullable Ragged ragged, Tensor tokens, boolean centred) {
    Shapes.require(tokens, "tokens", 3);
    long batch = Ragged.pictures(ragged, tokens.size(0));
    long rows = Ragged.tokens(ragged, tokens.size(1));
    LibtorchCall call = LibtorchCall.on(tokens);
    Tensor matrix = call.floats(batch, rows, rows);
    Tensor nonFinite = call.ints(batch);
    Workspace workspace = call.workspace(CosineWorkspace.bytes(ragged, view(tokens), null));
    return call.returning(
        new FlaggedTensor(matrix, nonFinite),
        () -> run(ragged, view(tokens), centred, view(matrix), view(nonFinite), workspace));
  }

  /**
   * As {@link #apply}; writes {@code matrix} fp32 [B, n, n], contiguous.
   *
   * @param nonFinite int32 [B]; may be null
   * @param workspace of {@link CosineWorkspace#bytes}
   */
  public static void run(
      @Nullable Ragged ragged,
      NativeTensor tokens,
      boolean centred,
      NativeTensor matrix,
      @Nullable NativeTensor nonFinite,
      Workspace workspace) {
    Call call = Call.on(tokens);
    call.check(
        tkz_cosine_matrix(
            call.context(),
            call.stream(),
            parameters(centred),
            call.ragged(ragged),
            call.in("tokens", tokens),
            call.out("matrix", matrix, FP32),
            call.flags(nonFinite, Ragged.pictures(ragged, tokens.size(0))),
            call.workspace(workspace),
            workspace.bytes()),
        nonFinite);
  }
}
