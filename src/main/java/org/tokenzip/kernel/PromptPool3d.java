// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.PoolingFunctions.tkz_prompt_pool_3d;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.LibtorchView.optional;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.tensor.Shapes;

/**
 * Weighted mean of every window of frames, rows and columns: the weights of a window go through a
 * softmax at the geometry's temperature, tokens are added in raster order in fp32 and rounded once.
 *
 * <p>Source: PPLLaVA (arXiv 2411.02327), prompt-guided pooling, as published in code.
 */
public final class PromptPool3d {
  private PromptPool3d() {}

  /**
   * Pools with windows that were fitted to these tokens.
   *
   * @param tokens [B, T, H, W, D] in fp32, fp16 or bf16
   * @param weight fp32 [B, T, H, W], or null for a plain average
   * @return [B, T', H', W', D] in the dtype of {@code tokens}
   */
  public static FlaggedTensor apply(PoolWindows windows, Tensor tokens, @Nullable Tensor weight) {
    return apply(null, windows, tokens, weight);
  }

  /**
   * As {@link #apply(PoolWindows, Tensor, Tensor)}; ragged: videos of different frame counts.
   * {@code tokens} [1, total, H, W, D] and {@code weight} [1, total, H, W]; offsets count frames,
   * the windows are fitted to maxTokens frames, and the result is 0 beyond what fits into a video.
   */
  public static FlaggedTensor apply(
      @Nullable Ragged ragged, PoolWindows windows, Tensor tokens, @Nullable Tensor weight) {
    Shapes.require(tokens, "tokens", 5);
    long batch = Ragged.pictures(ragged, tokens.size(0));
    PoolWindows.Fitted fitted =
        windows.fit(Ragged.tokens(ragged, tokens.size(1)), tokens.size(2), tokens.size(3));
    LibtorchCall call = LibtorchCall.on(tokens);
    Tensor out =
        call.like(
            tokens,
            batch,
            fitted.output().frames(),
            fitted.output().rows(),
            fitted.output().columns(),
            tokens.size(4));
    Tensor nonFinite = call.ints(batch);
    return call.returning(
        new FlaggedTensor(out, nonFinite),
        () -> run(ragged, windows, view(tokens), optional(weight), view(out), view(nonFinite)));
  }

  /**
   * As {@link #apply}; writes {@code out}.
   *
   * @param nonFinite int32 [B] 1 where a weight that some window reads is NaN or infinite; may be
   *     null
   */
  public static void run(
      @Nullable Ragged ragged,
      PoolWindows windows,
      NativeTensor tokens,
      @Nullable NativeTensor weight,
      NativeTensor out,
      @Nullable NativeTensor nonFinite) {
    Call call = Call.on(tokens);
    call.check(
        tkz_prompt_pool_3d(
            call.context(),
            call.stream(),
            windows.struct(),
            call.ragged(ragged),
            call.in("tokens", tokens),
            call.optional("weight", weight, FP32),
            call.out("out", out),
            call.flags(nonFinite, Ragged.pictures(ragged, tokens.size(0)))),
        nonFinite);
  }
}
