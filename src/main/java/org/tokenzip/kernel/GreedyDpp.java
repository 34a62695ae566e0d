// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.DiversityFunctions.tkz_greedy_dpp;
import static org.tokenzip.bind.DiversityFunctions.tkz_greedy_dpp_workspace;
import static org.tokenzip.kernel.Call.size;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.ElementType.INT32;
import static org.tokenzip.kernel.LibtorchView.optional;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.bind.DiversityFunctions.GreedyDppParams;
import org.tokenzip.runtime.Status;
import org.tokenzip.tensor.Shapes;

/**
 * Greedy maximum a posteriori choice of a determinantal point process with the kernel L_ij = w_i
 * s_ij w_j: every pick is the token that multiplies the determinant most. Where none has more than
 * 1e-6 of the largest L_ii left to give, the rest is filled up by L_ii.
 *
 * <p>Source: CDPruner (arXiv 2506.10967), after Chen et al. (arXiv 1709.05135).
 */
public final class GreedyDpp {
  private GreedyDpp() {}

  /**
   * Picks {@code count} of n tokens.
   *
   * @param similarity fp32 [B, n, n], symmetric
   * @param weight fp32 [B, n], or null for ones
   * @param ranked whether in the order of the picks, in place of ascending indices
   * @return int32 [B, count]
   */
  public static FlaggedTensor apply(
      Tensor similarity, @Nullable Tensor weight, long count, boolean ranked) {
    return apply(null, similarity, weight, count, ranked);
  }

  /**
   * As {@link #apply(Tensor, Tensor, long, boolean)}; ragged: n is maxTokens, {@code weight} [1,
   * total], and the list of a picture with fewer tokens than {@code count} ends with -1.
   */
  public static FlaggedTensor apply(
      @Nullable Ragged ragged,
      Tensor similarity,
      @Nullable Tensor weight,
      long count,
      boolean ranked) {
    Shapes.require(similarity, "similarity", 3);
    LibtorchCall call = LibtorchCall.on(similarity);
    Tensor indices = call.ints(similarity.size(0), Math.max(0, count));
    Tensor nonFinite = call.ints(similarity.size(0));
    Workspace workspace = call.workspace(workspaceBytes(view(similarity), count));
    return call.returning(
        new FlaggedTensor(indices, nonFinite),
        () ->
            run(
                ragged,
                view(similarity),
                optional(weight),
                count,
                ranked,
                view(indices),
                view(nonFinite),
                workspace));
  }

  /** Bytes of workspace for {@link #run}. */
  public static long workspaceBytes(NativeTensor similarity, long count) {
    Status.check(
        tkz_greedy_dpp_workspace(
            parameters(count, false), similarity.size(0), similarity.size(1), size()));
    return Workspace.padded(size().get());
  }

  /**
   * As {@link #apply}.
   *
   * @param indices int32 [B, count], contiguous; overwritten
   * @param nonFinite int32 [B] 1 where a NaN or infinity took part
   */
  public static void run(
      @Nullable Ragged ragged,
      NativeTensor similarity,
      @Nullable NativeTensor weight,
      long count,
      boolean ranked,
      NativeTensor indices,
      NativeTensor nonFinite,
      Workspace workspace) {
    Call call = Call.on(similarity);
    call.check(
        tkz_greedy_dpp(
            call.context(),
            call.stream(),
            parameters(count, ranked),
            call.ragged(ragged),
            call.in("similarity", similarity, FP32),
            call.optional("weight", weight, FP32),
            call.out("indices", indices, INT32),
            call.flags(nonFinite, similarity.size(0)),
            call.workspace(workspace),
            workspace.bytes()),
        nonFinite);
  }

  private static GreedyDppParams parameters(long count, boolean ranked) {
    return Call.struct(GreedyDppParams.class, GreedyDppParams::new)
        .size(Pointer.sizeof(GreedyDppParams.class))
        .ranked(ranked ? 1 : 0)
        .m(count);
  }
}
