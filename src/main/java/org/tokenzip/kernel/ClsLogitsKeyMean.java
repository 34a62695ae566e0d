// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.ScoreFunctions.tkz_cls_logits_key_mean;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.tensor.Shapes;

/** Logits of the CLS query and the key metric, from one read of the keys. */
public final class ClsLogitsKeyMean {
  private ClsLogitsKeyMean() {}

  /**
   * The two results, fp32 and contiguous.
   *
   * @param logits [B, H, S]: scale · query · key
   * @param keyMean [B, S, d]: mean of the keys over heads
   */
  public record Result(Tensor logits, Tensor keyMean) implements AutoCloseable {
    @Override
    public void close() {
      logits.close();
      keyMean.close();
    }
  }

  /** {@code query} [B, H, d] and {@code keys} [B, H, S, d] of one dtype: fp32, fp16 or bf16. */
  public static Result apply(Tensor query, Tensor keys, float scale) {
    return apply(null, query, keys, scale);
  }

  /**
   * As {@link #apply(Tensor, Tensor, float)}; ragged: {@code query} [batch, H, d], {@code keys} [1,
   * H, total, d], results [1, H, total] and [1, total, d].
   */
  public static Result apply(@Nullable Ragged ragged, Tensor query, Tensor keys, float scale) {
    Shapes.require(keys, "keys", 4);
    Shapes.require(
        query, "query", Ragged.pictures(ragged, keys.size(0)), keys.size(1), keys.size(3));
    LibtorchCall call = LibtorchCall.on(keys);
    Tensor logits = call.floats(keys.size(0), keys.size(1), keys.size(2));
    Tensor keyMean = call.floats(keys.size(0), keys.size(2), keys.size(3));
    return call.returning(
        new Result(logits, keyMean),
        () -> run(ragged, view(query), view(keys), scale, view(logits), view(keyMean)));
  }

  /**
   * {@code query} [B, H, d] and {@code keys} [B, H, S, d] of one dtype: fp32, fp16 or bf16; writes
   * {@code logits} fp32 [B, H, S] and {@code keyMean} fp32 [B, S, d], both contiguous.
   */
  public static void run(
      @Nullable Ragged ragged,
      NativeTensor query,
      NativeTensor keys,
      float scale,
      NativeTensor logits,
      NativeTensor keyMean) {
    Call call = Call.on(keys);
    call.check(
        tkz_cls_logits_key_mean(
            call.context(),
            call.stream(),
            call.ragged(ragged),
            call.in("query", query),
            call.in("keys", keys),
            scale,
            call.out("logits", logits, FP32),
            call.out("keyMean", keyMean, FP32)));
  }
}
