// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.clip;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.tokenzip.model.nn.LayerNorm;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.weights.ClipVisionConfig;

/** From pixels to the input of the first encoder layer. */
final class ClipEmbeddings {
  private final Tensor patches; // [D, 3, p, p]
  private final Tensor cls; // [D]
  private final Tensor positions; // [S, D]
  private final LayerNorm norm;
  private final long[] stride;

  ClipEmbeddings(ClipVisionConfig config, Parameters parameters, String prefix) {
    long width = config.hiddenSize();
    long side = config.patchSize();
    stride = new long[] {side, side};
    cls = parameters.take(prefix + "embeddings.class_embedding", width);
    patches = parameters.take(prefix + "embeddings.patch_embedding.weight", width, 3, side, side);
    positions =
        parameters.take(
            prefix + "embeddings.position_embedding.weight", config.patches() + 1, width);
    norm = LayerNorm.load(parameters, prefix + "pre_layrnorm", width, config.layerNormEps());
  }

  /** pixels [B, 3, h, w] to [B, S, D]; pixels beyond the last whole patch are not looked at. */
  Tensor forward(Tensor pixels) {
    Tensor grid =
        torch.conv2d(pixels, patches, null, stride, new long[] {0, 0}, new long[] {1, 1}, 1);
    Tensor tokens = grid.flatten(2, 3).transpose(1, 2); // [B, N, D]
    Tensor heads = cls.expand(tokens.size(0), 1, -1);
    return norm.forward(Tensors.concat(1, heads, tokens).add_(positions));
  }
}
