// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.ScoreFunctions.tkz_attention_row_from_map;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.tensor.Shapes;

/** Attention that one query pays, summed or averaged over heads, from a map that already exists. */
public final class AttentionRowFromMap {
  private AttentionRowFromMap() {}

  /** Stands for the last row of each picture. */
  public static final long LAST = -1;

  /**
   * Reduces row {@code row} of {@code map} [B, H, S, S], softmax applied, over the heads; returns
   * fp32 [B, S].
   *
   * @param row from 0 to S - 1, or {@link #LAST}
   */
  public static Tensor apply(Tensor map, long row, HeadReduction reduction) {
    requireSquare(map);
    LibtorchCall call = LibtorchCall.on(map);
    Tensor scores = call.floats(map.size(0), map.size(3));
    return call.returning(scores, () -> run(null, view(map), row, reduction, view(scores)));
  }

  /**
   * As {@link #apply(Tensor, long, HeadReduction)}; ragged: {@code map} [batch, H, maxTokens,
   * maxTokens].
   *
   * @param total rows of all pictures: the result is [1, total]
   */
  public static Tensor apply(
      Ragged ragged, long total, Tensor map, long row, HeadReduction reduction) {
    requireSquare(map);
    LibtorchCall call = LibtorchCall.on(map);
    Tensor scores = call.floats(1, total);
    return call.returning(scores, () -> run(ragged, view(map), row, reduction, view(scores)));
  }

  /** As {@link #apply}; writes {@code scores} fp32 [B, S], contiguous (ragged [1, total]). */
  public static void run(
      @Nullable Ragged ragged,
      NativeTensor map,
      long row,
      HeadReduction reduction,
      NativeTensor scores) {
    Call call = Call.on(map);
    call.check(
        tkz_attention_row_from_map(
            call.context(),
            call.stream(),
            call.ragged(ragged),
            call.in("map", map),
            row,
            reduction.code(),
            call.out("scores", scores, FP32)));
  }

  private static void requireSquare(Tensor map) {
    Shapes.require(map, "map", 4);
    Shapes.require(map, "map", Shapes.ANY, Shapes.ANY, map.size(3), map.size(3));
  }
}
