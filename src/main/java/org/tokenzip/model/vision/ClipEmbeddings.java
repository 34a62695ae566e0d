// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.vision;

import org.bytedeco.pytorch.Tensor;
import org.tokenzip.model.nn.LayerNorm;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.weights.VisionConfig;

/** CLIP's class token, patches and positions, behind a norm. */
final class ClipEmbeddings implements VisionEmbeddings {
  private final PatchEmbedding patches;
  private final Tensor cls; // [D]
  private final PositionTable positions;
  private final LayerNorm norm;

  ClipEmbeddings(VisionConfig config, Parameters parameters, String prefix) {
    long width = config.hiddenSize();
    cls = parameters.take(prefix + "embeddings.class_embedding", width);
    patches = new PatchEmbedding(config, parameters, prefix, false);
    positions = new PositionTable(config, parameters, prefix);
    norm = LayerNorm.load(parameters, prefix + "pre_layrnorm", width, config.layerNormEps());
  }

  @Override
  public Tensor forward(Tensor pixels) {
    Tensor tokens = patches.forward(pixels); // [B, N, D]
    Tensor heads = cls.expand(tokens.size(0), 1, -1);
    return norm.forward(positions.addTo(Tensors.concat(1, heads, tokens)));
  }
}
