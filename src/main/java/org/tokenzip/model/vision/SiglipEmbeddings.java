// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.vision;

import org.bytedeco.pytorch.Tensor;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.weights.VisionConfig;

/** SigLIP's patches and positions: no class token, no norm. */
final class SiglipEmbeddings implements VisionEmbeddings {
  private final PatchEmbedding patches;
  private final PositionTable positions;

  SiglipEmbeddings(VisionConfig config, Parameters parameters, String prefix) {
    patches = new PatchEmbedding(config, parameters, prefix, true);
    positions = new PositionTable(config, parameters, prefix);
  }

  @Override
  public Tensor forward(Tensor pixels) {
    return positions.addTo(patches.forward(pixels));
  }
}
