// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.util.List;

/**
 * A vision tower.
 *
 * @param architecture what it is made of
 * @param hiddenSize width of a token
 * @param intermediateSize width inside the feed-forward part
 * @param layers number of encoder layers
 * @param heads attention heads; divides {@code hiddenSize}
 * @param imageSize side of the square input in pixels
 * @param patchSize side of a patch in pixels; remainder pixels are not looked at
 * @param activation {@code quick_gelu}, {@code gelu}, {@code gelu_pytorch_tanh}, {@code relu} or
 *     {@code silu}
 * @param layerNormEps added to the variance
 */
public record VisionConfig(
    VisionArchitecture architecture,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int imageSize,
    int patchSize,
    String activation,
    double layerNormEps)
    implements EncoderConfig {
  /** Activations that every feed-forward part here may have. */
  static final List<String> ACTIVATIONS =
      List.of("gelu", "quick_gelu", "gelu_pytorch_tanh", "relu", "silu");

  /** Width of one head. */
  public int headDim() {
    return hiddenSize / heads;
  }

  /** Patches along one side of the image. */
  public int gridSide() {
    return imageSize / patchSize;
  }

  /** Patches of one image, without the class token. */
  public int patches() {
    return gridSide() * gridSide();
  }

  /** Positions of the tower's sequence, a class token included. */
  public int positions() {
    return patches() + (architecture.hasCls() ? 1 : 0);
  }

  static VisionConfig read(ConfigJson json, VisionArchitecture architecture) {
    int hidden = json.integer("hidden_size", 1, Limits.WIDTH, 768);
    int heads = json.integer("num_attention_heads", 1, Limits.WIDTH, 12);
    if (hidden % heads != 0) {
      throw json.wrong("num_attention_heads", "a divisor of hidden_size " + hidden);
    }
    int channels = json.integer("num_channels", 1, Limits.WIDTH, 3);
    if (channels != 3) {
      throw json.wrong("num_channels", "3");
    }
    int imageSize = json.integer("image_size", 1, Limits.IMAGE_SIDE, 224);
    return new VisionConfig(
        architecture,
        hidden,
        json.integer("intermediate_size", 1, Limits.WIDTH, 3072),
        json.integer("num_hidden_layers", 1, Limits.LAYERS, 12),
        heads,
        imageSize,
        json.integer("patch_size", 1, imageSize, Math.min(architecture.patchSize, imageSize)),
        json.choice("hidden_act", ACTIVATIONS, architecture.activation),
        json.number("layer_norm_eps", 0, 1, architecture.layerNormEps));
  }
}
