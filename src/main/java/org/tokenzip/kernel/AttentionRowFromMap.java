// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.ScoreFunctions.HEADS_SUM;
import static org.tokenzip.bind.ScoreFunctions.tkz_attention_row_from_map;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.pytorch.Tensor;
import org.tokenzip.tensor.Shapes;

/** Attention that one query pays, summed over heads, from a map that already exists. */
public final class AttentionRowFromMap {
  private AttentionRowFromMap() {}

  /**
   * Sums row {@code row} of {@code map} [B, H, S, S], softmax applied, over the heads; returns fp32
   * [B, S].
   */
  public static Tensor apply(Tensor map, long row) {
    Shapes.require(map, "map", 4);
    long positions = map.size(3);
    Shapes.require(map, "map", Shapes.ANY, Shapes.ANY, positions, positions);
    if (row < 0 || row >= Math.max(positions, 1)) {
      throw new IllegalArgumentException("row: expected 0 to " + (positions - 1) + ", got " + row);
    }
    LibtorchCall call = LibtorchCall.on(map);
    Tensor scores = call.floats(map.size(0), positions);
    return call.returning(scores, () -> run(view(map), row, view(scores)));
  }

  /** Sums a row of {@code map} [B, H, S, S] over the heads; writes {@code scores} fp32 [B, S]. */
  public static void run(NativeTensor map, long row, NativeTensor scores) {
    Call call = Call.on(map);
    call.check(
        tkz_attention_row_from_map(
            call.context(),
            call.stream(),
            null,
            call.in("map", map),
            row,
            HEADS_SUM,
            call.out("scores", scores, FP32)));
  }
}
