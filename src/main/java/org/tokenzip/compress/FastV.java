// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * FastV (arXiv 2403.06764): the first layers of the language model see every visual token, the
 * others only those that the last token of the prompt attends to most in the layer before. One more
 * row of attention is computed; attention itself stays fused. METHODS 6.3.
 */
public final class FastV implements TokenCompressor {
  /** Name in the registry. */
  public static final String NAME = "fastv";

  static final CompressionMethod METHOD =
      new CompressionMethod(
          NAME,
          "drops what the prompt's last token attends to least, from layer k of the language model",
          "arXiv 2403.06764",
          "between two layers of the language model",
          "one picture in a prompt, read in one prefill",
          "one more row of attention in one layer",
          List.of(
              new Setting("k", "2", "the first layer that sees fewer tokens"),
              new Setting("r", "1 - keep / patches", "share of the visual tokens that go"),
              new Setting("positions", "original", "or packed: rotary positions from layer k on")),
          (budget, settings) -> {
            FastVOptions published = FastVOptions.forBudget(budget);
            return new FastV(
                new FastVOptions(
                    settings.integer(
                        "k", published.layer(), 1, Math.max(1, budget.decoder().layers() - 1)),
                    settings.number("r", published.removed(), 0, 1),
                    settings.choice(
                        "positions", published.positions(), List.of(PositionPolicy.values()))));
          });

  private final FastVOptions options;

  public FastV(FastVOptions options) {
    this.options = options;
  }

  @Override
  public String name() {
    return NAME;
  }

  /** The hyper-parameters. */
  public FastVOptions options() {
    return options;
  }

  @Override
  public @Nullable DecoderReduction insideDecoder(DecoderShape decoder) {
    options.requireFits(decoder);
    return new FastVReduction(options);
  }

  @Override
  public String toString() {
    return NAME + " k=" + options.layer() + " r=" + options.removed();
  }
}
