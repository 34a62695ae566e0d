// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * EViT (arXiv 2202.07800): three layers of the vision tower drop the patches that CLS attends to
 * least, and put what they held, weighted by that attention, into one further token.
 */
public final class EViT implements TokenCompressor {
  /** Name in the registry. */
  public static final String NAME = "evit";

  static final CompressionMethod METHOD =
      new CompressionMethod(
          NAME,
          "drops the patches CLS attends to least in three layers, fuses them into one token each",
          "arXiv 2202.07800",
          "inside the vision tower, between attention and feed-forward part",
          "a CLS token; its query and the keys of three layers",
          "one row of attention in three layers",
          List.of(
              new Setting("layers", "6,12,18 of 24", "layers that drop patches"),
              new Setting("counts", "by --keep", "patches that each of them keeps"),
              new Setting("rate", "0.7 as published", "share that each keeps, in place of counts"),
              new Setting("fuse", "true", "whether a token takes in what is dropped")),
          (budget, settings) -> new EViT(read(budget, settings)));

  private final EViTOptions options;

  public EViT(EViTOptions options) {
    this.options = options;
  }

  private static EViTOptions read(Budget budget, Settings settings) {
    TowerShape tower = budget.tower();
    requireCls(tower);
    List<Integer> layers =
        settings.integers("layers", EViTOptions.layers(tower), 0, tower.layers() - 1);
    boolean fuse = settings.flag("fuse", true);
    double rate = settings.number("rate", EViTOptions.RATE, 1e-6, 1);
    if (settings.has("rate") && settings.has("counts")) {
      throw new IllegalArgumentException(
          "--set: expected either rate or counts for evit, got both");
    }
    if (settings.has("rate")) {
      return new EViTOptions(layers, rate, List.of(), fuse);
    }
    List<Integer> published =
        settings.has("counts")
            ? List.of()
            : EViTOptions.counts(budget.keep(), tower.patches(), layers.size(), fuse);
    List<Integer> counts = settings.integers("counts", published, 1, tower.patches());
    return new EViTOptions(layers, rate, counts, fuse);
  }

  private static void requireCls(TowerShape tower) {
    if (!tower.hasCls()) {
      throw new UnsupportedOperationException(
          "EViT: expected a vision tower with a CLS token, got one without");
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  /** What it was made with. */
  public EViTOptions options() {
    return options;
  }

  @Override
  public @Nullable TowerReduction insideTower(TowerShape tower) {
    requireCls(tower);
    int last = options.layers().get(options.layers().size() - 1);
    if (last >= tower.layers()) {
      throw new IllegalArgumentException(
          "layers: expected layers below "
              + tower.layers()
              + ", which run in this tower, got "
              + options.layers());
    }
    return options.keepsAll(tower.patches()) ? null : new EViTReduction(options);
  }

  @Override
  public String toString() {
    return NAME + " " + (options.counts().isEmpty() ? options.rate() : options.counts());
  }
}
