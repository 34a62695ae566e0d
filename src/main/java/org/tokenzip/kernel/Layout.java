// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.MergingFunctions.MAX_PIECES;
import static org.tokenzip.bind.MergingFunctions.tkz_layout;
import static org.tokenzip.kernel.ElementType.INT32;
import static org.tokenzip.kernel.LibtorchView.view;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.tensor.Shapes;

/**
 * One sequence from the rows of several pieces, copied bit for bit: base view, grid views, newline
 * embeddings.
 */
public final class Layout {
  private Layout() {}

  /**
   * Arranges rows.
   *
   * @param pieces 1 to 8 tensors [B, n, D] of one dtype, each with an n of its own; one of batch 1
   *     serves all pictures
   * @param plan int32 [B, m, 2], for every row of the result the piece and the row of that piece; a
   *     zero row where there is no such piece or row
   * @return [B, m, D]
   */
  public static Tensor apply(List<Tensor> pieces, Tensor plan) {
    return apply(null, pieces, plan);
  }

  /**
   * As {@link #apply(List, Tensor)}; ragged: piece 0 is [1, total, D] and its rows are counted
   * within the picture.
   */
  public static Tensor apply(@Nullable Ragged ragged, List<Tensor> pieces, Tensor plan) {
    Shapes.require(plan, "plan", 3);
    if (pieces.isEmpty()) {
      throw new IllegalArgumentException("pieces: expected 1 or more, got none");
    }
    Tensor first = pieces.get(0);
    Shapes.require(first, "pieces[0]", 3);
    LibtorchCall call = LibtorchCall.on(first);
    Tensor out = call.like(first, plan.size(0), plan.size(1), first.size(2));
    return call.returning(
        out,
        () -> run(ragged, pieces.stream().map(LibtorchView::view).toList(), view(plan), view(out)));
  }

  /** As {@link #apply}; writes {@code out} [B, m, D] of the pieces' dtype, contiguous. */
  public static void run(
      @Nullable Ragged ragged, List<NativeTensor> pieces, NativeTensor plan, NativeTensor out) {
    Call call = Call.on(plan);
    call.check(
        tkz_layout(
            call.context(),
            call.stream(),
            call.ragged(ragged),
            call.array("pieces", pieces, MAX_PIECES),
            pieces.size(),
            call.in("plan", plan, INT32),
            call.out("out", out)));
  }
}
