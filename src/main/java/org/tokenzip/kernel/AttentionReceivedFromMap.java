// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.ScoreFunctions.tkz_attention_received_from_map;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.tensor.Shapes;

/**
 * Mean attention that tokens receive, over heads and a range of rows, from a map that already
 * exists: the score of towers without a CLS token (VisionZip), and the redundancy of FiCoCo.
 */
public final class AttentionReceivedFromMap {
  private AttentionReceivedFromMap() {}

  /**
   * {@code map} [B, H, S, S], softmax applied; returns fp32 [B, S], the mean over heads and rows,
   * each position's attention to itself included.
   */
  public static Tensor apply(Tensor map) {
    return apply(null, map, AttentionRange.ALL);
  }

  /**
   * The columns of the mean over the rows of a range. Ragged: {@code map} [batch, H, maxTokens,
   * maxTokens]; columns beyond what a picture has are 0.
   *
   * @return fp32 [B, columns of the range]
   */
  public static Tensor apply(@Nullable Ragged ragged, Tensor map, AttentionRange range) {
    Shapes.require(map, "map", 4);
    Shapes.require(map, "map", Shapes.ANY, Shapes.ANY, map.size(3), map.size(3));
    LibtorchCall call = LibtorchCall.on(map);
    Tensor scores = call.floats(map.size(0), range.columns(map.size(3)));
    return call.returning(scores, () -> run(ragged, view(map), range, view(scores)));
  }

  /** As {@link #apply}; writes {@code scores} fp32 [B, columns of the range], contiguous. */
  public static void run(
      @Nullable Ragged ragged, NativeTensor map, AttentionRange range, NativeTensor scores) {
    Call call = Call.on(map);
    call.check(
        tkz_attention_received_from_map(
            call.context(),
            call.stream(),
            call.ragged(ragged),
            call.in("map", map),
            range.rowBegin(),
            range.rowEnd(),
            range.columnBegin(),
            range.columnEnd(),
            call.out("scores", scores, FP32)));
  }
}
