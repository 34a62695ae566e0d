// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import org.tokenzip.kernel.ClsLogitsKeyMean;
import org.tokenzip.kernel.VisionZipParameters;
import org.tokenzip.kernel.VisionZipSelect;

/**
 * VisionZip (arXiv 2412.04467): keeps the patches that the CLS token attends to most, and merges
 * the others into evenly spaced ones by the similarity of their keys. Needs one query and the keys
 * of the selected layer, so the tower may use fused attention.
 */
public final class VisionZip implements TokenCompressor {
  /** Name in the registry. */
  public static final String NAME = "visionzip";

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
