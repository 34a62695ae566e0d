// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.vision;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.weights.VisionConfig;

/** The linear map of every square patch of a picture. */
final class PatchEmbedding {
  private static final long[] NO_PADDING = {0, 0};
  private static final long[] DENSE = {1, 1};

  private final Tensor weight; // [D, 3, p, p]
  private final @Nullable TensorOptional bias; // [D]
  private final long[] stride;

  PatchEmbedding(VisionConfig config, Parameters parameters, String prefix, boolean hasBias) {
    String name = prefix + "embeddings.patch_embedding";
    long width = config.hiddenSize();
    long side = config.patchSize();
    stride = new long[] {side, side};
    weight = parameters.take(name + ".weight", width, 3, side, side);
    bias =
        hasBias ? parameters.own(new TensorOptional(parameters.take(name + ".bias", width))) : null;
  }

  /** pixels [B, 3, h, w] to patches [B, N, D], row by row. */
  Tensor forward(Tensor pixels) {
    return torch
        .conv2d(pixels, weight, bias, stride, NO_PADDING, DENSE, 1)
        .flatten(2, 3)
        .transpose(1, 2);
  }
}
