// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.MergingFunctions.tkz_scatter_add;
import static org.tokenzip.kernel.ElementType.INT32;
import static org.tokenzip.kernel.LibtorchView.optional;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.tensor.Shapes;

/** Rows added up by index, in ascending order, in fp32 and rounded once. */
public final class ScatterAdd {
  private ScatterAdd() {}

  /** Adds {@code rows} [B, n, D] by {@code index} int32 [B, n] to {@code base} [B, c, D]. */
  public static Tensor apply(Tensor rows, Tensor index, Tensor base) {
    return apply(null, rows, index, base, base.size(1));
  }

  /**
   * Adds.
   *
   * @param ragged null, or {@code rows} is [1, total, D] and {@code index} [1, total]
   * @param rows [B, n, D] in fp32, fp16 or bf16
   * @param index int32 [B, n], where each row goes; nowhere if it is outside, like -1
   * @param base [B, c, D] of the same dtype, or null for zeros
   * @param targets c
   * @return [B, c, D]
   */
  public static Tensor apply(
      @Nullable Ragged ragged, Tensor rows, Tensor index, @Nullable Tensor base, long targets) {
    Shapes.require(rows, "rows", 3);
    long batch = Ragged.pictures(ragged, rows.size(0));
    LibtorchCall call = LibtorchCall.on(rows);
    Tensor out = call.like(rows, batch, targets, rows.size(2));
    Workspace workspace =
        call.workspace(MergeWorkspace.bytes(batch, Ragged.tokens(ragged, rows.size(1)), targets));
    return call.returning(
        out, () -> run(ragged, view(rows), view(index), optional(base), view(out), workspace));
  }

  /**
   * As {@link #apply}; writes {@code out} [B, c, D] of the rows' dtype, contiguous.
   *
   * @param workspace of {@link MergeWorkspace#bytes} for B, n and c
   */
  public static void run(
      @Nullable Ragged ragged,
      NativeTensor rows,
      NativeTensor index,
      @Nullable NativeTensor base,
      NativeTensor out,
      Workspace workspace) {
    Call call = Call.on(rows);
    call.check(
        tkz_scatter_add(
            call.context(),
            call.stream(),
            call.ragged(ragged),
            call.in("rows", rows),
            call.in("index", index, INT32),
            call.optional("base", base),
            call.out("out", out),
            call.workspace(workspace),
            workspace.bytes()));
  }
}
