// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.ScoreFunctions.tkz_head_mean_map;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.tensor.Shapes;

/** Mean of attention maps over heads. */
public final class HeadMeanMap {
  private HeadMeanMap() {}

  /** {@code map} [B, H, S, S] in fp32, fp16 or bf16; returns fp32 [B, S, S]. */
  public static Tensor apply(Tensor map) {
    return apply(null, map);
  }

  /** As {@link #apply(Tensor)}; ragged: S is maxTokens, and 0 beyond what a picture has. */
  public static Tensor apply(@Nullable Ragged ragged, Tensor map) {
    Shapes.require(map, "map", 4);
    LibtorchCall call = LibtorchCall.on(map);
    Tensor mean = call.floats(map.size(0), map.size(2), map.size(3));
    return call.returning(mean, () -> run(ragged, view(map), view(mean)));
  }

  /** {@code map} [B, H, S, S]; writes {@code mean} fp32 [B, S, S], contiguous. */
  public static void run(@Nullable Ragged ragged, NativeTensor map, NativeTensor mean) {
    Call call = Call.on(map);
    call.check(
        tkz_head_mean_map(
            call.context(),
            call.stream(),
            call.ragged(ragged),
            call.in("map", map),
            call.out("mean", mean, FP32)));
  }
}
