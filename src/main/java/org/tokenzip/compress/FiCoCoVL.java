// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * FiCoCo-VL (arXiv 2411.17686, first version): {@link FiCoCoV} in the vision tower, then {@link
 * FiCoCoL} in the language model on what that leaves, each with a schedule of its own. How the
 * paper divided the removals is not known; METHODS 4.4.
 */
public final class FiCoCoVL implements TokenCompressor {
  /** Name in the registry. */
  public static final String NAME = "ficoco-vl";

  private static final String PREFIX = "decoder-";

  static final CompressionMethod METHOD =
      new CompressionMethod(
          NAME,
          "ficoco-v in the vision tower, then ficoco-l in the language model",
          "arXiv 2411.17686v1",
          "inside the vision tower and inside the language model",
          "what both need",
          "what both cost",
          Stream.concat(FiCoCoV.METHOD.settings().stream(), FiCoCoLSettings.list(PREFIX).stream())
              .toList(),
          FiCoCoVL::make);

  private final FiCoCoV tower;
  private final FiCoCoL decoder;

  public FiCoCoVL(FiCoCoVOptions tower, FiCoCoLOptions decoder) {
    this.tower = new FiCoCoV(tower);
    this.decoder = new FiCoCoL(decoder);
  }

  /**
   * For a budget each part divides the tokens it gets by about the same number, the root of what
   * both together have to.
   */
  private static FiCoCoVL make(Budget budget, Settings settings) {
    int patches = budget.tower().patches();
    int keep = Math.min(budget.keep(), patches);
    int between = (int) Math.floor(Math.sqrt((double) keep * patches) + 0.5);
    FiCoCoVOptions first =
        FiCoCoV.read(new Budget(between, budget.tower(), budget.decoder()), settings);
    FiCoCoLOptions second =
        FiCoCoLOptions.of(
            FiCoCoLOptions.startLayer(budget.decoder()),
            DecoderRemovals.leaving(keep / (double) between));
    return new FiCoCoVL(first, FiCoCoLSettings.read(PREFIX, settings, second, budget));
  }

  @Override
  public String name() {
    return NAME;
  }

  /** The part in the tower. */
  public FiCoCoV tower() {
    return tower;
  }

  /** The part in the language model. */
  public FiCoCoL decoder() {
    return decoder;
  }

  @Override
  public @Nullable TowerReduction insideTower(TowerShape shape) {
    return tower.insideTower(shape);
  }

  @Override
  public @Nullable DecoderReduction insideDecoder(DecoderShape shape) {
    return decoder.insideDecoder(shape);
  }

  @Override
  public String toString() {
    return NAME + ": " + tower + ", " + decoder;
  }
}
