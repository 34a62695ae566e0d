// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench.published;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.weights.VisionConfig;

/** {@code nn.LayerNorm}. */
final class PublishedLayerNorm {
  private final long[] width;
  private final TensorOptional weight;
  private final TensorOptional bias;
  private final double eps;

  PublishedLayerNorm(Parameters parameters, String name, long width, VisionConfig config) {
    this.width = new long[] {width};
    weight = parameters.own(new TensorOptional(parameters.take(name + ".weight", width)));
    bias = parameters.own(new TensorOptional(parameters.take(name + ".bias", width)));
    eps = config.layerNormEps();
  }

  Tensor forward(Tensor x) {
    return torch.layer_norm(x, width, weight, bias, eps, true);
  }
}
