// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.ScoreFunctions.tkz_head_mean_keys;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.tensor.Shapes;

/** Mean of the keys of a layer over its heads: the metric that tokens are compared by. */
public final class HeadMeanKeys {
  private HeadMeanKeys() {}

  /** {@code keys} [B, H, S, d] in fp32, fp16 or bf16; returns fp32 [B, S, d]. */
  public static Tensor apply(Tensor keys) {
    return apply(null, keys);
  }

  /** As {@link #apply(Tensor)}; ragged: {@code keys} [1, H, total, d], result [1, total, d]. */
  public static Tensor apply(@Nullable Ragged ragged, Tensor keys) {
    Shapes.require(keys, "keys", 4);
    LibtorchCall call = LibtorchCall.on(keys);
    Tensor keyMean = call.floats(keys.size(0), keys.size(2), keys.size(3));
    return call.returning(keyMean, () -> run(ragged, view(keys), view(keyMean)));
  }

  /** {@code keys} [B, H, S, d] in fp32, fp16 or bf16; writes {@code keyMean} fp32 [B, S, d]. */
  public static void run(@Nullable Ragged ragged, NativeTensor keys, NativeTensor keyMean) {
    Call call = Call.on(keys);
    call.check(
        tkz_head_mean_keys(
            call.context(),
            call.stream(),
            call.ragged(ragged),
            call.in("keys", keys),
            call.out("keyMean", keyMean, FP32)));
  }
}
