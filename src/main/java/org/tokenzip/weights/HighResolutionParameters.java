// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.util.List;
import java.util.Map;

/** Canonical names and shapes of what Mini-Gemini has beside LLaVA's parameters. */
final class HighResolutionParameters {
  private HighResolutionParameters() {}

  /**
   * Adds them to {@code into}.
   *
   * @param width of a token of the vision tower
   */
  static void put(Map<String, List<Long>> into, HighResolutionConfig config, int width) {
    ConvNextConfig tower = config.tower();
    List<Integer> widths = tower.widths();
    String stem = LlavaParameters.AUX_TOWER + "stem.";
    int side = ConvNextConfig.STEM;
    LlavaParameters.Builder.affine(into, stem + "0", widths.get(0), 3, side, side);
    LlavaParameters.Builder.affine(into, stem + "1", widths.get(0));
    for (int i = 0; i < ConvNextConfig.STAGES; i++) {
      String stage = LlavaParameters.AUX_TOWER + "stages." + i + ".";
      if (i > 0) {
        int before = widths.get(i - 1);
        LlavaParameters.Builder.affine(into, stage + "downsample.0", before);
        LlavaParameters.Builder.affine(into, stage + "downsample.1", widths.get(i), before, 2, 2);
      }
      for (int block = 0; block < tower.depths().get(i); block++) {
        block(into, stage + "blocks." + block + ".", widths.get(i));
      }
    }
    mining(into, "query", width, width);
    mining(into, "aux", tower.totalWidth(), width);
    mining(into, "val", tower.totalWidth(), width);
  }

  private static void block(Map<String, List<Long>> into, String block, int width) {
    LlavaParameters.Builder.affine(into, block + "conv_dw", width, 1, 7, 7);
    LlavaParameters.Builder.affine(into, block + "norm", width);
    LlavaParameters.Builder.affine(into, block + "mlp.fc1", 4L * width, width);
    LlavaParameters.Builder.affine(into, block + "mlp.fc2", width, 4L * width);
    LlavaParameters.Builder.put(into, block + "gamma", width);
  }

  private static void mining(Map<String, List<Long>> into, String role, int in, int out) {
    String projector = "vlm_uni_" + role + "_projector.";
    LlavaParameters.Builder.affine(into, projector + "0", in);
    LlavaParameters.Builder.affine(into, projector + "1", out, in);
  }
}
