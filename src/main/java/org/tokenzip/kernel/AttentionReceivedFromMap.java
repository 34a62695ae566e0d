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

  /** Stands for the end of each picture. */
  public static final long END = -1;

  /**
   * {@code map} [B, H, S, S], softmax applied; returns fp32 [B, S], the mean over heads and rows,
   * each position's attention to itself included.
   */
  public static Tensor apply(Tensor map) {
    return apply(null, map, 0, END, 0, END);
  }

  /**
   * The columns from {@code columnBegin} to {@code columnEnd} of the mean over the rows from {@code
   * rowBegin} to {@code rowEnd}; ends are exclusive, or {@link #END}. Ragged: {@code map} [batch,
   * H, maxTokens, maxTokens]; rows and columns are limited to what the picture has, columns beyond
   * it are 0.
   *
   * @return fp32 [B, columnEnd - columnBegin]
   */
  public static Tensor apply(
      @Nullable Ragged ragged,
      Tensor map,
      long rowBegin,
      long rowEnd,
      long columnBegin,
      long columnEnd) {
    Shapes.require(map, "map", 4);
    Shapes.require(map, "map", Shapes.ANY, Shapes.ANY, map.size(3), map.size(3));
    LibtorchCall call = LibtorchCall.on(map);
    long columns = (columnEnd == END ? map.size(3) : columnEnd) - columnBegin;
    Tensor scores = call.floats(map.size(0), Math.max(0, columns));
    return call.returning(
        scores,
        () -> run(ragged, view(map), rowBegin, rowEnd, columnBegin, columnEnd, view(scores)));
  }

  /** As {@link #apply}; writes {@code scores} fp32 [B, columnEnd - columnBegin], contiguous. */
  public static void run(
      @Nullable Ragged ragged,
      NativeTensor map,
      long rowBegin,
      long rowEnd,
      long columnBegin,
      long columnEnd,
      NativeTensor scores) {
    Call call = Call.on(map);
    call.check(
        tkz_attention_received_from_map(
            call.context(),
            call.stream(),
            call.ragged(ragged),
            call.in("map", map),
            rowBegin,
            rowEnd,
            columnBegin,
            columnEnd,
            call.out("scores", scores, FP32)));
  }
}
