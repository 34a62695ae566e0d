// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.PoolingFunctions.tkz_relevance;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.bind.PoolingFunctions.RelevanceParams;
import org.tokenzip.tensor.Shapes;

/**
 * How much each token has to do with a text: scale · mean over k of cos(text_k, feature_n), turned
 * into a softmax over n if asked. The cosine with an all-zero vector is 0.
 *
 * <p>Source: PPLLaVA (arXiv 2411.02327), vision–prompt alignment; CDPruner (arXiv 2506.10967), step
 * 1, without softmax.
 */
public final class Relevance {
  private Relevance() {}

  /**
   * Scores of every token.
   *
   * @param features [B, N, P] in fp32, fp16 or bf16
   * @param text [B, P], or [B, K, P] for a text of K segments, of the same dtype
   * @param scale factor on the cosine: exp(logit_scale) for a softmax, 1 or -1 without
   * @return fp32 [B, N]
   */
  public static FlaggedTensor apply(Tensor features, Tensor text, float scale, boolean softmax) {
    return apply(null, features, text, scale, softmax);
  }

  /**
   * As {@link #apply(Tensor, Tensor, float, boolean)}; ragged: {@code features} [1, total, P],
   * {@code text} [batch, .., P], result [1, total], and a softmax is over the tokens of its
   * picture.
   */
  public static FlaggedTensor apply(
      @Nullable Ragged ragged, Tensor features, Tensor text, float scale, boolean softmax) {
    Shapes.require(features, "features", 3);
    LibtorchCall call = LibtorchCall.on(features);
    Tensor scores = call.floats(features.size(0), features.size(1));
    Tensor nonFinite = call.ints(Ragged.pictures(ragged, features.size(0)));
    return call.returning(
        new FlaggedTensor(scores, nonFinite),
        () ->
            run(ragged, view(features), view(text), scale, softmax, view(scores), view(nonFinite)));
  }

  /**
   * As {@link #apply}; writes {@code scores} fp32 [B, N], contiguous.
   *
   * @param nonFinite int32 [B] 1 where a value is NaN or infinite; may be null
   */
  public static void run(
      @Nullable Ragged ragged,
      NativeTensor features,
      NativeTensor text,
      float scale,
      boolean softmax,
      NativeTensor scores,
      @Nullable NativeTensor nonFinite) {
    Call call = Call.on(features);
    call.check(
        tkz_relevance(
            call.context(),
            call.stream(),
            Call.struct(RelevanceParams.class, RelevanceParams::new)
                .size(Pointer.sizeof(RelevanceParams.class))
                .softmax(softmax ? 1 : 0)
                .scale(scale),
            call.ragged(ragged),
            call.in("features", features),
            call.in("text", text),
            call.out("scores", scores, FP32),
            call.flags(nonFinite, Ragged.pictures(ragged, features.size(0)))),
        nonFinite);
  }
}
