// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.llama;

import java.util.List;
import org.tokenzip.tensor.DType;
import org.tokenzip.weights.LlamaConfig;

/**
 * What reading a prompt costs, counted and not measured (METHODS, section 8). A list of lengths has
 * an entry per layer: how many tokens its attention or its feed-forward part sees.
 *
 * @param width of a token, d
 * @param queryWidth of all query heads together
 * @param keyWidth of all key heads together
 * @param innerWidth of the feed-forward part, m
 * @param gated whether the feed-forward part has three matrices, not two
 */
public record DecoderCost(int width, int queryWidth, int keyWidth, int innerWidth, boolean gated) {
  /** Of a decoder of this library. */
  public static DecoderCost of(LlamaConfig config) {
    return new DecoderCost(
        config.hiddenSize(),
        config.heads() * config.headDim(),
        config.kvHeads() * config.headDim(),
        config.intermediateSize(),
        true);
  }

  /** Floating-point operations of the layers' matrix products; the head is not counted. */
  public double prefillFlops(List<Integer> attended, List<Integer> fed) {
    double macs = 0;
    for (int layer = 0; layer < attended.size(); layer++) {
      double n = attended.get(layer);
      macs += 2 * n * width * ((double) queryWidth + keyWidth) + 2 * n * n * queryWidth;
      macs += (gated ? 3.0 : 2.0) * fed.get(layer) * width * innerWidth;
    }
    return 2 * macs;
  }

  /**
   * The count that papers use, 4 n d² + 2 n² d + 2 n d m a layer: multiply-adds of a decoder with
   * as many key heads as query heads and two matrices in its feed-forward part. Only ratios of it
   * mean anything.
   */
  public double paperMacs(List<Integer> attended) {
    double d = width;
    return attended.stream()
        .mapToDouble(n -> 4 * n * d * d + 2.0 * n * n * d + 2 * n * d * innerWidth)
        .sum();
  }

  /** Bytes of keys and values after the prefill. */
  public long kvCacheBytes(List<Integer> attended, DType dtype) {
    long tokens = attended.stream().mapToLong(Integer::longValue).sum();
    return 2 * tokens * keyWidth * dtype.bytes();
  }
}
