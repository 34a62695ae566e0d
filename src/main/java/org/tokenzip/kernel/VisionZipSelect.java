// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.kernel.Launch.view;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.bind.TokenZipLibrary;
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
    if (!parameters.hasCls()) {
      throw new IllegalArgumentException(
          "parameters: expected hasCls with the logits of a CLS query, got a tower without CLS");
    }
    Shapes.require(logits, "logits", 3);
    long batch = logits.size(0);
    long positions = logits.size(2);
    Shapes.require(keyMean, "keyMean", batch, positions, Shapes.ANY);
    Launch launch =
        Launch.on(logits, "logits")
            .requireDenseFloats(logits, "logits")
            .requireDenseFloats(keyMean, "keyMean");
    VisionZipIndices indices = VisionZipIndices.allocate(launch, parameters, batch, positions);
    try (PointerScope views = new PointerScope()) {
      launch.check(
          TokenZipLibrary.tkz_visionzip_select_logits(
              launch.context(),
              launch.stream(),
              parameters.struct(),
              null,
              view(logits),
              view(keyMean),
              indices.struct()));
      return finished(launch, indices);
    } catch (RuntimeException e) {
      throw launch.failed(e);
    }
  }

  /**
   * Selects by scores that exist already, as for towers without a CLS token.
   *
   * @param scores fp32 [B, N], one for each patch; rows may be strided
   * @param keyMean fp32 [B, S, d], contiguous; S is N + 1 with CLS, N without
   */
  public static VisionZipIndices fromScores(
      VisionZipParameters parameters, Tensor scores, Tensor keyMean) {
    Shapes.require(scores, "scores", 2);
    long batch = scores.size(0);
    long positions = scores.size(1) + (parameters.hasCls() ? 1 : 0);
    Shapes.require(keyMean, "keyMean", batch, positions, Shapes.ANY);
    Launch launch =
        Launch.on(scores, "scores")
            .requireFloats(scores, "scores")
            .requireDenseFloats(keyMean, "keyMean");
    VisionZipIndices indices = VisionZipIndices.allocate(launch, parameters, batch, positions);
    try (PointerScope views = new PointerScope()) {
      launch.check(
          TokenZipLibrary.tkz_visionzip_select_scores(
              launch.context(),
              launch.stream(),
              parameters.struct(),
              null,
              view(scores),
              view(keyMean),
              indices.struct()));
      return finished(launch, indices);
    } catch (RuntimeException e) {
      throw launch.failed(e);
    }
  }

  static VisionZipIndices finished(Launch launch, VisionZipIndices indices) {
    if (!launch.isAsynchronous()) {
      indices.requireFinite();
    }
    return indices;
  }
}
