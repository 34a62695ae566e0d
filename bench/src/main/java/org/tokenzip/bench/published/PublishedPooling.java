// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench.published;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Prompt-guided pooling as PPLLaVA's published code (commit d5766c8) does it: every window is
 * copied out by three unfolds, the weights likewise, and the products are summed.
 */
public final class PublishedPooling {
  private PublishedPooling() {}

  /**
   * Pools with kernel = stride.
   *
   * @param tokens [B, T, H, W, D]
   * @param weight [B, T, H, W]
   * @param window extents in frames, rows and columns
   * @return [B, T', H', W', D]
   */
  public static Tensor pool(Tensor tokens, Tensor weight, double temperature, long... window) {
    Tensor channelsFirst = tokens.permute(0, 4, 1, 2, 3);
    Tensor values = windows(channelsFirst, window); // [B, D, T', H', W', K]
    Tensor weights = windows(weight.unsqueeze(1), window).div(new Scalar(temperature)).softmax(-1);
    return values.mul(weights).sum(-1).permute(0, 2, 3, 4, 1);
  }

  private static Tensor windows(Tensor tensor, long[] window) {
    Tensor unfolded =
        tensor
            .unfold(2, window[0], window[0])
            .unfold(3, window[1], window[1])
            .unfold(4, window[2], window[2])
            .contiguous();
    return unfolded.flatten(5, 7);
  }
}
