// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.kernel.AttentionReceived;
import org.tokenzip.kernel.ClsLogitsKeyMean;
import org.tokenzip.kernel.FlaggedTensor;
import org.tokenzip.kernel.HeadMeanKeys;
import org.tokenzip.kernel.MergeMode;
import org.tokenzip.kernel.VisionZipIndices;
import org.tokenzip.kernel.VisionZipParameters;
import org.tokenzip.kernel.VisionZipSelect;

/**
 * VisionZip (arXiv 2412.04467): keeps the patches that the CLS token attends to most, and merges
 * the others into evenly spaced ones by the similarity of their keys. In a tower without CLS the
 * patches are kept that all of them together attend to most. Needs queries and keys of the selected
 * layer, so the tower may use fused attention.
 */
public final class VisionZip implements ViewCompressor {
  /** Name in the registry. */
  public static final String NAME = "visionzip";

  static final CompressionMethod METHOD =
      new CompressionMethod(
          NAME,
          "keeps the patches most attended to, merges the others by key similarity",
          "arXiv 2412.04467",
          "after the vision tower, before the projector",
          "queries and keys of the selected tower layer",
          "under 1 % of the vision tower",
          List.of(
              new Setting(
                  "dominant",
                  "54 of 64",
                  "tokens kept as they are, CLS included; 0 only without CLS"),
              new Setting("contextual", "10 of 64", "tokens that the others are merged into"),
              new Setting("merge", "target-plus-mean", "or mean-with-target"),
              new Setting(
                  "row-newline", "false", "whether stitched rows of crops end in newlines")),
          VisionZip::make);

  private final VisionZipOptions options;

  public VisionZip(VisionZipOptions options) {
    this.options = options;
  }

  /** A budget of all patches leaves nothing to do, and no reason to add CLS either. */
  private static TokenCompressor make(Budget budget, Settings settings) {
    VisionZipOptions published = VisionZipOptions.forBudget(budget.keep());
    int most = budget.tower().positions();
    int least = budget.tower().hasCls() ? 1 : 0;
    VisionZipOptions options =
        new VisionZipOptions(
            settings.integer("dominant", published.dominant(), least, most),
            settings.integer("contextual", published.contextual(), 0, most),
            settings.choice("merge", published.merge(), List.of(MergeMode.values())),
            settings.flag("row-newline", published.rowNewline()));
    boolean ownSplit = settings.has("dominant") || settings.has("contextual");
    return ownSplit || budget.keep() < budget.tower().patches()
        ? new VisionZip(options)
        : new NoCompression(NAME);
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
    if (features.hasCls() && options.dominant() < 1) {
      throw new IllegalArgumentException(
          "dominant: expected 1 or more tokens, since this tower's CLS token is the first of them,"
              + " got "
              + options.dominant());
    }
    float scale = (float) (1 / Math.sqrt((double) features.keys().size(3)));
    VisionZipParameters parameters =
        new VisionZipParameters(
            features.hasCls(), options.dominant(), options.contextual(), options.merge(), scale);
    return new VisionZipSelection(
        features.hasCls() ? byCls(parameters, features) : byAttentionReceived(parameters, features),
        options.rowNewline());
  }

  private static VisionZipIndices byCls(VisionZipParameters parameters, VisionFeatures features) {
    try (ClsLogitsKeyMean.Result scored =
        ClsLogitsKeyMean.apply(features.clsQuery(), features.keys(), parameters.scale())) {
      return VisionZipSelect.fromLogits(parameters, scored.logits(), scored.keyMean());
    }
  }

  private static VisionZipIndices byAttentionReceived(
      VisionZipParameters parameters, VisionFeatures features) {
    try (FlaggedTensor received =
            AttentionReceived.apply(features.queries(), features.keys(), parameters.scale());
        Tensor keyMean = HeadMeanKeys.apply(features.keys())) {
      return VisionZipSelect.fromScores(parameters, received.values(), keyMean);
    }
  }

  @Override
  public String toString() {
    return NAME + " " + options.dominant() + " + " + options.contextual();
  }
}
