// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.ScoreFunctions.tkz_attention_received_from_map;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.pytorch.Tensor;
import org.tokenzip.tensor.Shapes;

/** Mean attention that every position receives: the score of towers without a CLS token. */
public final class AttentionReceivedFromMap {
  private AttentionReceivedFromMap() {}

  /**
   * {@code map} [B, H, S, S], softmax applied; returns fp32 [B, S], the mean over heads and rows,
   * each position's attention to itself included.
   */
  public static Tensor apply(Tensor map) {
    Shapes.require(map, "map", 4);
    Shapes.require(map, "map", Shapes.ANY, Shapes.ANY, map.size(3), map.size(3));
    LibtorchCall call = LibtorchCall.on(map);
    Tensor scores = call.floats(map.size(0), map.size(3));
    return call.returning(scores, () -> run(view(map), view(scores)));
  }

  /** {@code map} [B, H, S, S], softmax applied; writes {@code scores} fp32 [B, S]. */
  public static void run(NativeTensor map, NativeTensor scores) {
    Call call = Call.on(map);
    call.check(
        tkz_attention_received_from_map(
            call.context(),
            call.stream(),
            null,
            call.in("map", map),
            0,
            -1,
            0,
            -1,
            call.out("scores", scores, FP32)));
  }
}
