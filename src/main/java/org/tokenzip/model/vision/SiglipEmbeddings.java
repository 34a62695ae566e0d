// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.vision;

import org.bytedeco.pytorch.Tensor;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.weights.VisionConfig;

/** SigLIP's patches and positions: no class token, no norm. */
final class SiglipEmbeddings implements VisionEmbeddings {
  private final PatchEmbedding patches;
  private final Tensor positions; // [N, D]

  SiglipEmbeddings(VisionConfig config, Parameters parameters, String prefix) {
    patches = new PatchEmbedding(config, parameters, prefix, true);
    positions =
        parameters.take(
            prefix + "embeddings.position_embedding.weight",
            config.positions(),
            config.hiddenSize());
  }

  @Override
  public Tensor forward(Tensor pixels) {
    return patches.forward(pixels).add(positions);
  }
}
