// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.DiversityFunctions.tkz_greedy_max_min;
import static org.tokenzip.bind.DiversityFunctions.tkz_greedy_max_min_workspace;
import static org.tokenzip.kernel.Call.size;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.ElementType.INT32;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.bind.DiversityFunctions.GreedyMaxMinParams;
import org.tokenzip.runtime.Status;
import org.tokenzip.tensor.Shapes;

/**
 * Farthest-point picks: first the token whose nearest other token is farthest away, then always the
 * token farthest from all picked ones. Ties go to the lower index.
 *
 * <p>Source: DivPrune (arXiv 2503.02175).
 */
public final class GreedyMaxMin {
  private GreedyMaxMin() {}

  /**
   * Picks {@code count} of n tokens.
   *
   * @param matrix fp32 [B, n, n], symmetric; the diagonal is not looked at
   * @param ranked whether in the order of the picks, in place of ascending indices
   * @return int32 [B, count]
   */
  public static FlaggedTensor apply(Tensor matrix, MatrixKind kind, long count, boolean ranked) {
    return apply(null, matrix, kind, count, ranked);
  }

  /**
   * As {@link #apply(Tensor, MatrixKind, long, boolean)}; ragged: n is maxTokens, and the list of a
   * picture with fewer tokens than {@code count} ends with -1.
   */
  public static FlaggedTensor apply(
      @Nullable Ragged ragged, Tensor matrix, MatrixKind kind, long count, boolean ranked) {
    Shapes.require(matrix, "matrix", 3);
    LibtorchCall call = LibtorchCall.on(matrix);
    Tensor indices = call.ints(matrix.size(0), Math.max(0, count));
    Tensor nonFinite = call.ints(matrix.size(0));
    Workspace workspace = call.workspace(workspaceBytes(view(matrix)));
    return call.returning(
        new FlaggedTensor(indices, nonFinite),
        () ->
            run(
                ragged,
                view(matrix),
                kind,
                count,
                ranked,
                view(indices),
                view(nonFinite),
                workspace));
  }

  /** Bytes of workspace for {@link #run}. */
  public static long workspaceBytes(NativeTensor matrix) {
    Status.check(tkz_greedy_max_min_workspace(matrix.size(0), matrix.size(1), size()));
    return Workspace.padded(size().get());
  }

  /**
   * As {@link #apply}.
   *
   * @param indices int32 [B, count], contiguous; overwritten
   * @param nonFinite int32 [B] 1 where an entry off the diagonal is NaN or infinite
   */
  public static void run(
      @Nullable Ragged ragged,
      NativeTensor matrix,
      MatrixKind kind,
      long count,
      boolean ranked,
      NativeTensor indices,
      NativeTensor nonFinite,
      Workspace workspace) {
    Call call = Call.on(matrix);
    call.check(
        tkz_greedy_max_min(
            call.context(),
            call.stream(),
            Call.struct(GreedyMaxMinParams.class, GreedyMaxMinParams::new)
                .size(Pointer.sizeof(GreedyMaxMinParams.class))
                .input(kind.code())
                .ranked(ranked ? 1 : 0)
                .m(count),
            call.ragged(ragged),
            call.in("matrix", matrix, FP32),
            call.out("indices", indices, INT32),
            call.flags(nonFinite, matrix.size(0)),
            call.workspace(workspace),
            workspace.bytes()),
        nonFinite);
  }
}
