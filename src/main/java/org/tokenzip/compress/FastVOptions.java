// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

/**
 * Hyper-parameters of {@link FastV}.
 *
 * @param layer K, the first layer that sees fewer tokens, at least 1
 * @param removed R, the share of the visual tokens that go, from 0 to 1
 * @param positions how rotary positions are counted from that layer on
 */
public record FastVOptions(int layer, double removed, PositionPolicy positions) {
  private static final int PUBLISHED_LAYER = 2;

  public FastVOptions {
    if (layer < 1) {
      throw new IllegalArgumentException("k: expected a layer from 1 on, got " + layer);
    }
    if (!(removed >= 0 && removed <= 1)) {
      throw new IllegalArgumentException("r: expected a share from 0 to 1, got " + removed);
    }
  }

  /** As published: half of the tokens go behind the second layer, K = 2 and R = 0.5. */
  public static FastVOptions defaults() {
    return new FastVOptions(PUBLISHED_LAYER, 0.5, PositionPolicy.ORIGINAL);
  }

  /**
   * The published layer, or the last one of a shallower language model, and the share that leaves
   * the budget.
   */
  public static FastVOptions forBudget(Budget budget) {
    int layer = Math.max(1, Math.min(PUBLISHED_LAYER, budget.decoder().layers() - 1));
    double left = Math.min(1, budget.keep() / (double) budget.tower().patches());
    return new FastVOptions(layer, 1 - left, PositionPolicy.ORIGINAL);
  }

  /** The same with another count of positions. */
  public FastVOptions withPositions(PositionPolicy policy) {
    return new FastVOptions(layer, removed, policy);
  }

  /** How many of {@code count} visual tokens stay. */
  public int kept(int count) {
    return (int) Math.floor(count * (1 - removed) + 0.5);
  }

  void requireFits(DecoderShape decoder) {
    if (layer >= decoder.layers()) {
      throw new IllegalArgumentException(
          "k: expected a layer below the "
              + decoder.layers()
              + " that the language model has, got "
              + layer);
    }
  }
}
