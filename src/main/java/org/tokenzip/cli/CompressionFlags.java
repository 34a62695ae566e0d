// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.Budget;
import org.tokenzip.compress.Compressors;
import org.tokenzip.compress.DecoderShape;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.compress.Settings;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.compress.TowerShape;
import org.tokenzip.compress.VisionZip;
import org.tokenzip.weights.LlavaConfig;
import picocli.CommandLine.Option;

/** Which visual tokens the language model gets to see. */
final class CompressionFlags {
  private static final int DEFAULT_KEEP = 64;

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      defaultValue = VisionZip.NAME,
      description = "What shrinks them, see 'tokenzip methods'. Default: ${DEFAULT-VALUE}.")
  private String method = VisionZip.NAME;

  @Option(
      names = "--keep",
      paramLabel = "K",
      description =
          "Visual tokens to keep of a picture, or of each of its views where a model looks at"
              + " several, in the method's published proportions. Default: 64, or a quarter where a"
              + " view has fewer than 256.")
  private @Nullable Integer keep;

  @Option(
      names = "--dominant",
      paramLabel = "D",
      description =
          "VisionZip: tokens kept as they are, the CLS token included; 0 only where a tower has none.")
  private @Nullable Integer dominant;

  @Option(
      names = "--contextual",
      paramLabel = "C",
      description = "VisionZip: tokens that the others are merged into.")
  private @Nullable Integer contextual;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "Sets a parameter of the method, see 'tokenzip methods'. Repeatable.")
  private Map<String, String> settings = Map.of();

  /** Finds what contradicts itself, whatever the model. */
  void check() {
    Compressors.byName(method);
    boolean split = dominant != null || contextual != null;
    if (isNone() && (keep != null || split)) {
      throw new IllegalArgumentException(
          "--method none keeps every visual token, got a budget as well; give one or the other");
    }
    if (keep != null && split) {
      throw new IllegalArgumentException(
          "expected either --keep or --dominant with --contextual, got both");
    }
    if (split && (dominant == null || contextual == null)) {
      throw new IllegalArgumentException(
          "--dominant and --contextual go together, got only "
              + (dominant == null ? "--contextual" : "--dominant"));
    }
    if (split && !method.equals(VisionZip.NAME)) {
      throw new IllegalArgumentException(
          "--dominant and --contextual are parts of a budget for visionzip, got --method "
              + method);
    }
    atLeast(1, "--keep", keep);
    atLeast(0, "--dominant", dominant);
    atLeast(0, "--contextual", contextual);
  }

  /** The compressor for a model. */
  TokenCompressor compressor(LlavaConfig config) {
    check();
    int patches = config.vision().patches();
    if (dominant != null && contextual != null) {
      long budget = (long) dominant + contextual;
      if (budget(config, 1).tower().hasCls() && dominant < 1) {
        throw new IllegalArgumentException(
            "--dominant: expected at least 1, for the CLS token of this model's tower, got 0");
      }
      atMost(patches, "--dominant " + dominant + " --contextual " + contextual, budget);
      Map<String, String> parts = new HashMap<>(settings);
      parts.put("dominant", dominant.toString());
      parts.put("contextual", contextual.toString());
      return Compressors.byName(method)
          .make(budget(config, (int) Math.max(1, budget)), new Settings(parts));
    }
    int budget = keep == null ? Math.min(DEFAULT_KEEP, Math.max(1, patches / 4)) : keep;
    atMost(patches, "--keep " + budget, budget);
    return Compressors.byName(method).make(budget(config, budget), new Settings(settings));
  }

  /** What a method is made for, of this model. */
  static Budget budget(LlavaConfig config, int keep) {
    return new Budget(
        keep,
        new TowerShape(
            config.visionLayersNeeded(),
            config.vision().gridSide(),
            config.vision().architecture().hasCls()),
        new DecoderShape(config.text().layers()));
  }

  private boolean isNone() {
    return method.equals(NoCompression.NAME);
  }

  private static void atLeast(int least, String option, @Nullable Integer value) {
    if (value != null && value < least) {
      throw new IllegalArgumentException(
          option + ": expected at least " + least + ", got " + value);
    }
  }

  private static void atMost(int patches, String options, long budget) {
    if (budget > patches) {
      throw new IllegalArgumentException(
          options
              + ": expected at most the "
              + patches
              + " visual tokens that this model makes of one view of a picture, got "
              + budget
              + "; --method none keeps them all");
    }
  }
}
