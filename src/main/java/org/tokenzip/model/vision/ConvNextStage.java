// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.vision;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.model.nn.Activation;
import org.tokenzip.model.nn.Conv2d;
import org.tokenzip.model.nn.LayerNorm;
import org.tokenzip.model.nn.Linear;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.weights.ConvNextConfig;

/** One stage of a ConvNeXt: half the resolution of the stage before, then residual blocks. */
final class ConvNextStage {
  private static final int KERNEL = 7;

  private final @Nullable LayerNorm norm;
  private final @Nullable Conv2d halving;
  private final List<Block> blocks = new ArrayList<>();

  ConvNextStage(ConvNextConfig config, int stage, Parameters parameters, String prefix) {
    int width = config.widths().get(stage);
    double eps = config.layerNormEps();
    if (stage == 0) {
      norm = null;
      halving = null;
    } else {
      int before = config.widths().get(stage - 1);
      norm = LayerNorm.load(parameters, prefix + "downsample.0", before, eps);
      halving = Conv2d.tiles(parameters, prefix + "downsample.1", before, width, 2);
    }
    for (int i = 0; i < config.depths().get(stage); i++) {
      blocks.add(Block.load(parameters, prefix + "blocks." + i + ".", width, eps));
    }
  }

  /** {@code map} [B, C, h, w] to a new tensor [B, C', h', w']; half the sides but in stage 0. */
  Tensor forward(Tensor map) {
    Tensor x = TensorScope.compute(() -> halved(map));
    for (Block block : blocks) {
      Tensor input = x;
      x = TensorScope.compute(() -> block.forward(input));
      input.close();
    }
    return x;
  }

  private Tensor halved(Tensor map) {
    return norm == null || halving == null ? map.alias() : halving.forward(overChannels(norm, map));
  }

  /** A norm over the channels of {@code map} [B, C, h, w]. */
  static Tensor overChannels(LayerNorm norm, Tensor map) {
    return norm.forward(map.permute(0, 2, 3, 1)).permute(0, 3, 1, 2);
  }

  /** Depthwise convolution, norm and a two-layer map of every cell, scaled, on a residual. */
  private record Block(Conv2d mixing, LayerNorm norm, Linear up, Linear down, Tensor scale) {
    static Block load(Parameters parameters, String prefix, int width, double eps) {
      return new Block(
          Conv2d.depthwise(parameters, prefix + "conv_dw", width, KERNEL),
          LayerNorm.load(parameters, prefix + "norm", width, eps),
          Linear.load(parameters, prefix + "mlp.fc1", width, 4L * width, true),
          Linear.load(parameters, prefix + "mlp.fc2", 4L * width, width, true),
          parameters.take(prefix + "gamma", width));
    }

    Tensor forward(Tensor map) {
      Tensor cells = norm.forward(mixing.forward(map).permute(0, 2, 3, 1)); // [B, h, w, C]
      Tensor mapped = down.forward(Activation.GELU.apply(up.forward(cells))).mul_(scale);
      return mapped.permute(0, 3, 1, 2).add(map);
    }
  }
}
