// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.VisionZipFunctions.tkz_visionzip_select_logits;
import static org.tokenzip.bind.VisionZipFunctions.tkz_visionzip_select_scores;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.runtime.NonFiniteInputException;
import org.tokenzip.tensor.Shapes;

/**
 * The decisions of VisionZip (arXiv 2412.04467, section 3): the tokens with the highest scores are
 * kept, evenly spaced ones of the rest become targets, and every other goes to the target whose key
 * is nearest by cosine. Ties go to the lower index.
 *
 * <p>On the CPU a NaN or infinity is reported at once, by {@link NonFiniteInputException}; on a
 * CUDA device by {@link VisionZipIndices#requireFinite}, which waits for the device.
 */
public final class VisionZipSelect {
  private VisionZipSelect() {}

  /**
   * Selects by the CLS query's attention: softmax for each head, summed over heads.
   *
   * @param logits fp32 [B, H, S], contiguous, scale applied
   * @param keyMean fp32 [B, S, d], contiguous
   */
  public static VisionZipIndices fromLogits(
      VisionZipParameters parameters, Tensor logits, Tensor keyMean) {
    return fromLogits(null, parameters, logits, keyMean);
  }

  /**
   * As {@link #fromLogits(VisionZipParameters, Tensor, Tensor)}; ragged: {@code logits} [1, H,
   * total], {@code keyMean} [1, total, d], and the lists have room for what maxTokens tokens give.
   */
  public static VisionZipIndices fromLogits(
      @Nullable Ragged ragged, VisionZipParameters parameters, Tensor logits, Tensor keyMean) {
    Shapes.require(logits, "logits", 3);
    Shapes.require(keyMean, "keyMean", logits.size(0), logits.size(2), Shapes.ANY);
    LibtorchCall call = LibtorchCall.on(logits);
    VisionZipIndices indices =
        VisionZipIndices.allocate(
            call,
            parameters,
            Ragged.pictures(ragged, logits.size(0)),
            Ragged.tokens(ragged, logits.size(2)));
    return call.returning(
        indices, () -> runFromLogits(ragged, view(logits), view(keyMean), indices.lists()));
  }

  /**
   * As {@link #fromLogits}, into the lists, whose positions are maxTokens in a ragged batch.
   *
   * @param ragged null, or {@code logits} is [1, H, total] and {@code keyMean} [1, total, d]
   * @param logits fp32 [B, H, S], contiguous, scale applied
   * @param keyMean fp32 [B, S, d], contiguous
   * @param lists with the parameters; overwritten
   */
  public static void runFromLogits(
      @Nullable Ragged ragged, NativeTensor logits, NativeTensor keyMean, VisionZipLists lists) {
    if (!lists.parameters().hasCls()) {
      throw new IllegalArgumentException(
          "parameters: expected hasCls with the logits of a CLS query, got a tower without CLS");
    }
    Call call = Call.on(logits);
    call.check(
        tkz_visionzip_select_logits(
            call.context(),
            call.stream(),
            lists.parameters().struct(),
            call.ragged(ragged),
            call.in("logits", logits, FP32),
            call.in("keyMean", keyMean, FP32),
            lists.struct(call)),
        lists.nonFinite());
  }

  /**
   * Selects by scores that exist already, as for towers without a CLS token.
   *
   * @param scores fp32 [B, N], one for each patch; rows may be strided
   * @param keyMean fp32 [B, S, d], contiguous; S is N + 1 with CLS, N without
   */
  public static VisionZipIndices fromScores(
      VisionZipParameters parameters, Tensor scores, Tensor keyMean) {
    return fromScores(null, parameters, scores, keyMean);
  }

  /**
   * As {@link #fromScores(VisionZipParameters, Tensor, Tensor)}; ragged: {@code scores} [1, total],
   * one for every token, that of CLS not looked at, {@code keyMean} [1, total, d], and the lists
   * have room for what maxTokens tokens give.
   */
  public static VisionZipIndices fromScores(
      @Nullable Ragged ragged, VisionZipParameters parameters, Tensor scores, Tensor keyMean) {
    Shapes.require(scores, "scores", 2);
    int unscored = ragged == null && parameters.hasCls() ? 1 : 0;
    long positions = scores.size(1) + unscored;
    Shapes.require(keyMean, "keyMean", scores.size(0), positions, Shapes.ANY);
    LibtorchCall call = LibtorchCall.on(scores);
    VisionZipIndices indices =
        VisionZipIndices.allocate(
            call,
            parameters,
            Ragged.pictures(ragged, scores.size(0)),
            Ragged.tokens(ragged, positions));
    return call.returning(
        indices, () -> runFromScores(ragged, view(scores), view(keyMean), indices.lists()));
  }

  /**
   * As {@link #fromScores}, into the lists, whose positions are maxTokens in a ragged batch.
   *
   * @param ragged null, or {@code scores} is [1, total], one for every token, that of CLS not
   *     looked at, and {@code keyMean} [1, total, d]
   * @param scores fp32 [B, N], one for each patch; rows may be strided
   * @param keyMean fp32 [B, S, d], contiguous; S is N + 1 with CLS, N without
   * @param lists with the parameters; overwritten
   */
  public static void runFromScores(
      @Nullable Ragged ragged, NativeTensor scores, NativeTensor keyMean, VisionZipLists lists) {
    Call call = Call.on(scores);
    call.check(
        tkz_visionzip_select_scores(
            call.context(),
            call.stream(),
            lists.parameters().struct(),
            call.ragged(ragged),
            call.in("scores", scores, FP32),
            call.in("keyMean", keyMean, FP32),
            lists.struct(call)),
        lists.nonFinite());
  }
}
