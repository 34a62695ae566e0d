// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import org.tokenzip.pipeline.GenerationOptions;
import picocli.CommandLine.Option;

/** How an answer is generated; ranges are checked by {@link GenerationOptions}. */
final class GenerationFlags {
  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      defaultValue = "256",
      description = "Longest answer. Default: ${DEFAULT-VALUE}.")
  private int maxNewTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0",
      description = "0 takes the likeliest token, above 0 samples. Default: ${DEFAULT-VALUE}.")
  private double temperature;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "1",
      description =
          "Samples from the likeliest tokens that together reach this probability. Default:"
              + " ${DEFAULT-VALUE}, all.")
  private double topP;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "0",
      description = "Samples from the K likeliest tokens. Default: ${DEFAULT-VALUE}, all.")
  private int topK;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "Equal seeds sample equal answers. Default: ${DEFAULT-VALUE}.")
  private long seed;

  GenerationOptions options() {
    return new GenerationOptions(maxNewTokens, temperature, topP, topK, seed);
  }
}
