// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.text;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.tokenzip.model.nn.Activation;
import org.tokenzip.model.nn.LayerNorm;
import org.tokenzip.model.nn.Linear;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.weights.VisionConfig;

/**
 * SigLIP's attention-pooling head applied to every patch by itself, which brings it into the space
 * that SigLIP shares with texts: f = v + MLP(LN(v)), where v is the patch's value. Neither the
 * probe nor the projection behind the attention takes part.
 *
 * <p>Source: PPLLaVA (arXiv 2411.02327) on SigLIP (arXiv 2303.15343).
 */
final class PatchHead {
  private static final String PREFIX = "vision_model.head.";

  private final Linear value;
  private final LayerNorm norm;
  private final Linear up;
  private final Activation activation;
  private final Linear down;

  PatchHead(VisionConfig config, Parameters parameters) {
    long width = config.hiddenSize();
    long inner = config.intermediateSize();
    Tensor packed = parameters.take(PREFIX + "attention.in_proj_weight", 3 * width, width);
    Tensor packedBias = parameters.take(PREFIX + "attention.in_proj_bias", 3 * width);
    // Query, key and value lie one below the other.
    Tensor bias = parameters.own(packedBias.narrow(0, 2 * width, width));
    value =
        Linear.of(
            parameters.own(packed.narrow(0, 2 * width, width)),
            parameters.own(new TensorOptional(bias)));
    norm = LayerNorm.load(parameters, PREFIX + "layernorm", width, config.layerNormEps());
    up = Linear.load(parameters, PREFIX + "mlp.fc1", width, inner, true);
    activation = Activation.parse(config.activation());
    down = Linear.load(parameters, PREFIX + "mlp.fc2", inner, width, true);
  }

  /** Patches [.., D] behind the tower's last norm to new features [.., D]. */
  Tensor forward(Tensor normed) {
    Tensor v = value.forward(normed);
    return down.forward(activation.apply(up.forward(norm.forward(v)))).add_(v);
  }
}
