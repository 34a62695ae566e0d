// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * FiCoCo-V (arXiv 2411.17686): in the second half of the vision tower each layer removes the
 * patches that say least of their own, and divides what they hold among those they attend to most.
 */
public final class FiCoCoV implements TokenCompressor {
  /** Name in the registry. */
  public static final String NAME = "ficoco-v";

  static final CompressionMethod METHOD =
      new CompressionMethod(
          NAME,
          "removes redundant patches in the tower's layers, hands them to those they correlate with",
          "arXiv 2411.17686",
          "inside the vision tower, between attention and feed-forward part",
          "queries and keys of the layers; works without CLS too",
          "three passes over queries and keys in each layer it acts in",
          List.of(
              new Setting("preset", "paper", "or released: scores as in the published code"),
              new Setting("lambda", "0.35", "share of the patches' attention in the redundancy"),
              new Setting("epsilon", "0.998", "quantile that receivers of a patch reach"),
              new Setting("window", "2", "side of the windows of the local penalty"),
              new Setting("coefficient", "2", "of the local penalty; 1 for none"),
              new Setting("start-layer", "half the tower", "first layer that removes patches"),
              new Setting("removals", "even, by --keep", "patches for each layer, or for all")),
          (budget, settings) -> new FiCoCoV(read(budget, settings)));

  private final FiCoCoVOptions options;

  public FiCoCoV(FiCoCoVOptions options) {
    this.options = options;
  }

  /** The options that a user asks for. */
  static FiCoCoVOptions read(Budget budget, Settings settings) {
    TowerShape tower = budget.tower();
    int last = tower.layers() - 1;
    int first = settings.integer("start-layer", FiCoCoVOptions.startLayer(tower), 0, last);
    RemovalSchedule published =
        RemovalSchedule.even(first, tower.patches(), budget.keep(), tower.layers() - first);
    FiCoCoPreset preset =
        settings.choice("preset", FiCoCoPreset.PAPER, List.of(FiCoCoPreset.values()));
    FiCoCoVOptions defaults = FiCoCoVOptions.of(preset, published);
    return new FiCoCoVOptions(
        preset,
        settings.number("lambda", defaults.lambda(), 0, 1),
        settings.number("epsilon", defaults.epsilon(), 0, 1),
        settings.integer("window", defaults.window(), 1, tower.side()),
        settings.number("coefficient", defaults.coefficient(), 1e-3, 1e3),
        RemovalSchedule.read(settings, published, first, tower));
  }

  @Override
  public String name() {
    return NAME;
  }

  /** What it was made with. */
  public FiCoCoVOptions options() {
    return options;
  }

  @Override
  public @Nullable TowerReduction insideTower(TowerShape tower) {
    options.schedule().requireFits(tower);
    return options.schedule().removesNothing()
        ? null
        : new FiCoCoVReduction(options, tower.side(), tower.side());
  }

  @Override
  public String toString() {
    return NAME + " " + options.schedule().removals();
  }
}
