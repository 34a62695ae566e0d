// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.List;

/** {@link FiCoCoLOptions} as text, under names that begin with a prefix of the method's choice. */
final class FiCoCoLSettings {
  private FiCoCoLSettings() {}

  static List<Setting> list(String prefix) {
    return List.of(
        new Setting(prefix + "beta", "0.6", "weight of the visual tokens in the redundancy"),
        new Setting(prefix + "gamma", "0.6", "weight of the direct correlation"),
        new Setting(prefix + "epsilon", "0.998", "quantile of the correlations that counts"),
        new Setting(
            prefix + "start-layer",
            "4, or a quarter of the depth if less",
            "first layer that acts"),
        new Setting(prefix + "removals", "by r", "of each layer from there on, as in 19,19,18"),
        new Setting(
            prefix + "r", "the smallest that reaches keep", "removals of each layer until keep"),
        new Setting(prefix + "positions", "packed", "or original: rotary positions"),
        new Setting(prefix + "preset", "paper", "or released: arithmetic of the published code"));
  }

  /**
   * {@code published}, changed by what is set.
   *
   * @throws IllegalArgumentException if a value is out of range for the budget's language model
   */
  static FiCoCoLOptions read(
      String prefix, Settings settings, FiCoCoLOptions published, Budget budget) {
    int layers = budget.decoder().layers();
    DecoderRemovals removals = published.removals();
    List<Integer> listed =
        settings.integers(prefix + "removals", removals.listed(), 0, Integer.MAX_VALUE);
    int each = settings.integer(prefix + "r", removals.each(), 1, Integer.MAX_VALUE);
    if (settings.has(prefix + "removals") && settings.has(prefix + "r")) {
      throw new IllegalArgumentException(
          "--set: expected either " + prefix + "removals or " + prefix + "r, got both");
    }
    FiCoCoLOptions options =
        new FiCoCoLOptions(
            settings.number(prefix + "beta", published.beta(), 0, 1),
            settings.number(prefix + "gamma", published.gamma(), 0, 1),
            settings.number(prefix + "epsilon", published.epsilon(), 0, 1),
            settings.integer(
                prefix + "start-layer", published.startLayer(), 0, Math.max(0, layers - 2)),
            new DecoderRemovals(listed, each, removals.left()),
            settings.choice(
                prefix + "positions", published.positions(), List.of(PositionPolicy.values())),
            settings.choice(prefix + "preset", published.preset(), List.of(FiCoCoPreset.values())));
    options.requireFits(budget.decoder());
    return options;
  }
}
