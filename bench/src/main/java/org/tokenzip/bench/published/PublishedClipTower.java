// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench.published;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.weights.VisionConfig;

/**
 * The CLIP vision tower as VisionZip's published code runs it: eager attention whose softmax maps
 * are returned, the mean of the keys in every layer, and all layers, although the selected one is
 * the last but one. Hidden states and maps of every layer stay alive until the end. Borrows its
 * parameters.
 */
public final class PublishedClipTower {
  private static final String PREFIX = "vision_tower.";

  private final VisionConfig config;
  private final Tensor cls;
  private final Tensor patches;
  private final Tensor positions;
  private final PublishedLayerNorm norm;
  private final List<PublishedClipLayer> layers = new ArrayList<>();

  /**
   * What the selection needs, of the layer at index -2.
   *
   * @param hidden [B, S, D]
   * @param attention softmax map [B, H, S, S]
   * @param metric mean of the keys over heads [B, S, d]
   */
  public record Output(Tensor hidden, Tensor attention, Tensor metric) {}

  /** Takes the parameters of all layers. */
  public PublishedClipTower(VisionConfig config, Parameters parameters) {
    this.config = config;
    long width = config.hiddenSize();
    long side = config.patchSize();
    cls = parameters.take(PREFIX + "embeddings.class_embedding", width);
    patches = parameters.take(PREFIX + "embeddings.patch_embedding.weight", width, 3, side, side);
    positions =
        parameters.take(
            PREFIX + "embeddings.position_embedding.weight", config.patches() + 1, width);
    norm = new PublishedLayerNorm(parameters, PREFIX + "pre_layrnorm", width, config);
    for (int i = 0; i < config.layers(); i++) {
      layers.add(new PublishedClipLayer(config, parameters, PREFIX + "encoder.layers." + i + "."));
    }
  }

  /** Runs all layers on {@code pixels} [B, 3, side, side]; call it inside a {@link TensorScope}. */
  public Output forward(Tensor pixels) {
    List<PublishedClipLayer.Output> outputs = new ArrayList<>();
    Tensor hidden = embed(pixels);
    for (PublishedClipLayer layer : layers) {
      // Python frees a layer's temporaries when its function returns.
      try (TensorScope scope = new TensorScope()) {
        PublishedClipLayer.Output output = layer.forward(hidden);
        scope.keep(output.hidden());
        scope.keep(output.attention());
        scope.keep(output.metric());
        outputs.add(output);
        hidden = output.hidden();
      }
    }
    PublishedClipLayer.Output selected = outputs.get(outputs.size() - 2);
    return new Output(selected.hidden(), selected.attention(), selected.metric());
  }

  private Tensor embed(Tensor pixels) {
    long[] stride = {config.patchSize(), config.patchSize()};
    Tensor grid =
        torch.conv2d(pixels, patches, null, stride, new long[] {0, 0}, new long[] {1, 1}, 1);
    Tensor tokens = grid.flatten(2, -1).transpose(1, 2); // [B, N, D]
    Tensor heads = cls.expand(tokens.size(0), 1, -1);
    Tensor embedded = Tensors.concat(1, heads, tokens).add(positions); // [B, S, D]
    return norm.forward(embedded);
  }
}
