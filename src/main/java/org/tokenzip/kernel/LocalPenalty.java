// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.SelectionFunctions.tkz_local_penalty;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.ElementType.INT32;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.bind.SelectionFunctions.LocalPenaltyParams;
import org.tokenzip.tensor.Shapes;

/**
 * Penalty of the locally largest score: the grid is cut into complete windows, and in each the
 * largest score v (tie: the lower cell) becomes coefficient · v if v &gt; 0, v / coefficient
 * otherwise.
 *
 * <p>Source: FiCoCo (arXiv 2411.17686), local penalty.
 */
public final class LocalPenalty {
  private LocalPenalty() {}

  /**
   * The grid and its windows.
   *
   * @param coefficient finite, above 0; 2 as published
   */
  public record Grid(int rows, int columns, int windowRows, int windowColumns, float coefficient) {}

  /**
   * Penalises scores.
   *
   * @param scores fp32 [B, N]
   * @param position int32 [B, N], the cell of each token in raster order of the grid
   * @return fp32 [B, N]
   */
  public static FlaggedTensor apply(Grid grid, Tensor scores, Tensor position) {
    return apply(null, grid, scores, position);
  }

  /** As {@link #apply(Grid, Tensor, Tensor)}; ragged: every tensor is [1, total]. */
  public static FlaggedTensor apply(
      @Nullable Ragged ragged, Grid grid, Tensor scores, Tensor position) {
    Shapes.require(scores, "scores", 2);
    LibtorchCall call = LibtorchCall.on(scores);
    Tensor out = call.floats(scores.shape());
    Tensor nonFinite = call.ints(Ragged.pictures(ragged, scores.size(0)));
    return call.returning(
        new FlaggedTensor(out, nonFinite),
        () -> run(ragged, grid, view(scores), view(position), view(out), view(nonFinite)));
  }

  /**
   * As {@link #apply}; writes {@code out} fp32, in the shape of {@code scores}, contiguous.
   *
   * @param nonFinite int32 [B]; may be null
   */
  public static void run(
      @Nullable Ragged ragged,
      Grid grid,
      NativeTensor scores,
      NativeTensor position,
      NativeTensor out,
      @Nullable NativeTensor nonFinite) {
    Call call = Call.on(scores);
    call.check(
        tkz_local_penalty(
            call.context(),
            call.stream(),
            Call.struct(LocalPenaltyParams.class, LocalPenaltyParams::new)
                .size(Pointer.sizeof(LocalPenaltyParams.class))
                .coefficient(grid.coefficient)
                .grid_h(grid.rows)
                .grid_w(grid.columns)
                .window_h(grid.windowRows)
                .window_w(grid.windowColumns),
            call.ragged(ragged),
            call.in("scores", scores, FP32),
            call.in("position", position, INT32),
            call.out("out", out, FP32),
            call.flags(nonFinite, Ragged.pictures(ragged, scores.size(0)))),
        nonFinite);
  }
}
