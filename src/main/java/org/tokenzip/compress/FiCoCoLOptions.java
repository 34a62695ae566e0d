// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

/**
 * Hyper-parameters of {@link FiCoCoL}.
 *
 * @param beta weight of the visual tokens against the text in what makes a token redundant
 * @param gamma weight of the direct against the indirect correlation
 * @param epsilon quantile of the correlations from which on a survivor takes a removed token in
 * @param startLayer the first layer that removes tokens, from 0; the last but one is the last
 * @param removals how many
 * @param positions how rotary positions are counted
 * @param preset {@link FiCoCoPreset#RELEASED} adds up where the paper takes means, over the visual
 *     tokens and over the text of the indirect correlation, and does not divide a survivor by what
 *     it has taken in
 */
public record FiCoCoLOptions(
    double beta,
    double gamma,
    double epsilon,
    int startLayer,
    DecoderRemovals removals,
    PositionPolicy positions,
    FiCoCoPreset preset) {
  private static final int PUBLISHED_START = 4;

  public FiCoCoLOptions {
    share("beta", beta);
    share("gamma", gamma);
    share("epsilon", epsilon);
    if (startLayer < 0) {
      throw new IllegalArgumentException(
          "start-layer: expected a layer from 0 on, got " + startLayer);
    }
  }

  /** As published; a ninth of the tokens is left, 64 of 576. */
  public static FiCoCoLOptions defaults() {
    return of(PUBLISHED_START, DecoderRemovals.leaving(64 / 576.0));
  }

  /** The published numbers with layers and removals of one's own. */
  public static FiCoCoLOptions of(int startLayer, DecoderRemovals removals) {
    return new FiCoCoLOptions(
        0.6, 0.6, 0.998, startLayer, removals, PositionPolicy.PACKED, FiCoCoPreset.PAPER);
  }

  /**
   * The published numbers for a language model, and the same number of removals in every layer that
   * acts until the budget is left.
   */
  public static FiCoCoLOptions forBudget(Budget budget) {
    double left = Math.min(1, budget.keep() / (double) budget.tower().patches());
    return of(startLayer(budget.decoder()), DecoderRemovals.leaving(left));
  }

  /**
   * The published layer 4, or that at a quarter of the depth in a decoder of fewer than 16 layers,
   * which would have few layers or none to act in.
   */
  public static int startLayer(DecoderShape decoder) {
    int quarter = Math.max(1, decoder.layers() / 4);
    return Math.max(0, Math.min(Math.min(PUBLISHED_START, quarter), decoder.layers() - 2));
  }

  /** The same with another count of positions. */
  public FiCoCoLOptions withPositions(PositionPolicy policy) {
    return new FiCoCoLOptions(beta, gamma, epsilon, startLayer, removals, policy, preset);
  }

  /** The same by another arithmetic. */
  public FiCoCoLOptions withPreset(FiCoCoPreset other) {
    return new FiCoCoLOptions(beta, gamma, epsilon, startLayer, removals, positions, other);
  }

  /**
   * Layers that may remove tokens; the last one is of no use, since nothing reads what it leaves.
   */
  int layersThatAct(DecoderShape decoder) {
    return decoder.layers() - 1 - startLayer;
  }

  void requireFits(DecoderShape decoder) {
    int layers = layersThatAct(decoder);
    if (layers < 1) {
      throw new IllegalArgumentException(
          "start-layer: expected a layer before the last of the "
              + decoder.layers()
              + " that the language model has, got "
              + startLayer);
    }
    if (removals.listed().size() > layers) {
      throw new IllegalArgumentException(
          "removals: expected at most "
              + layers
              + ", for layers "
              + startLayer
              + " to "
              + (decoder.layers() - 2)
              + ", got "
              + removals.listed().size());
    }
  }

  private static void share(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + ": expected 0 to 1, got " + value);
    }
  }
}
