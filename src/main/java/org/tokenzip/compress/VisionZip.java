// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.List;
import org.tokenzip.kernel.ClsLogitsKeyMean;
import org.tokenzip.kernel.MergeMode;
import org.tokenzip.kernel.VisionZipParameters;
import org.tokenzip.kernel.VisionZipSelect;

/**
 * VisionZip (arXiv 2412.04467): keeps the patches that the CLS token attends to most, and merges
 * the others into evenly spaced ones by the similarity of their keys. Needs one query and the keys
 * of the selected layer, so the tower may use fused attention.
 */
public final class VisionZip implements ViewCompressor {
  /** Name in the registry. */
  public static final String NAME = "visionzip";

  static final CompressionMethod METHOD =
      new CompressionMethod(
          NAME,
          "keeps the patches CLS attends to most, merges the others by key similarity",
          "arXiv 2412.04467",
          "after the vision tower, before the projector",
          "queries and keys of the selected tower layer",
          "under 1 % of the vision tower",
          List.of(
              new Setting("dominant", "54 of 64", "tokens kept as they are, CLS included"),
              new Setting("contextual", "10 of 64", "tokens that the others are merged into"),
              new Setting("merge", "target-plus-mean", "or mean-with-target")),
          (budget, settings) -> {
            VisionZipOptions published = VisionZipOptions.forBudget(budget.keep());
            int most = budget.tower().positions();
            return new VisionZip(
                new VisionZipOptions(
                    settings.integer("dominant", published.dominant(), 0, most),
                    settings.integer("contextual", published.contextual(), 0, most),
                    settings.choice("merge", published.merge(), List.of(MergeMode.values()))));
          });

  private final VisionZipOptions options;

  public VisionZip(VisionZipOptions options) {
    this.options = options;
  }

  @Override
  public String name() {
    return NAME;
  }

  /** The budget. */
  public VisionZipOptions options() {
    return options;
  }

  @Override
  public void requireFits(long positions) {
    if (options.outputTokens() > positions) {
      throw new IllegalArgumentException(
          "keep: expected at most "
              + positions
              + " visual tokens, which is all this model has (CLS included), got "
              + options.outputTokens());
    }
  }

  @Override
  public TokenSelection select(VisionFeatures features) {
    if (!features.hasCls()) {
      throw new UnsupportedOperationException(
          "VisionZip: expected a vision tower with a CLS token, got one without");
    }
    float scale = (float) (1 / Math.sqrt((double) features.keys().size(3)));
    VisionZipParameters parameters =
        new VisionZipParameters(
            true, options.dominant(), options.contextual(), options.merge(), scale);
    try (ClsLogitsKeyMean.Result scored =
        ClsLogitsKeyMean.apply(features.clsQuery(), features.keys(), scale)) {
      return new VisionZipSelection(
          VisionZipSelect.fromLogits(parameters, scored.logits(), scored.keyMean()));
    }
  }

  @Override
  public String toString() {
    return NAME + " " + options.dominant() + " + " + options.contextual();
  }
}
