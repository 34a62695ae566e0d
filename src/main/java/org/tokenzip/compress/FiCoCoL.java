// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import org.jspecify.annotations.Nullable;

/**
 * FiCoCo-L (arXiv 2411.17686): while the language model reads the prompt, one layer after another
 * merges the visual tokens that are like the others and matter little to the text into those they
 * correlate with, directly or by way of the text. From queries and keys alone, without a map of
 * attention. METHODS 4.3.
 */
public final class FiCoCoL implements TokenCompressor {
  /** Name in the registry. */
  public static final String NAME = "ficoco-l";

  static final CompressionMethod METHOD =
      new CompressionMethod(
          NAME,
          "merges redundant tokens into correlated ones, some in every layer of the language model",
          "arXiv 2411.17686",
          "inside layers of the language model, between attention and feed-forward part",
          "one picture in a prompt, read in one prefill",
          "a few dot products per visual token in the layers it acts in",
          FiCoCoLSettings.list(""),
          (budget, settings) ->
              new FiCoCoL(
                  FiCoCoLSettings.read("", settings, FiCoCoLOptions.forBudget(budget), budget)));

  private final FiCoCoLOptions options;

  public FiCoCoL(FiCoCoLOptions options) {
    this.options = options;
  }

  @Override
  public String name() {
    return NAME;
  }

  /** The hyper-parameters. */
  public FiCoCoLOptions options() {
    return options;
  }

  @Override
  public @Nullable DecoderReduction insideDecoder(DecoderShape decoder) {
    options.requireFits(decoder);
    return new FiCoCoLReduction(options, decoder);
  }

  @Override
  public String toString() {
    return NAME + " from layer " + options.startLayer() + ", " + options.removals();
  }
}
