// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.vision;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.TowerReduction;
import org.tokenzip.compress.TowerShape;
import org.tokenzip.compress.VisionFeatures;
import org.tokenzip.model.nn.LayerNorm;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.LibtorchException;
import org.tokenzip.tensor.Shapes;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.weights.VisionConfig;

/**
 * A vision transformer, CLIP's (arXiv 2103.00020) or SigLIP's (arXiv 2303.15343), up to the layer
 * whose output is selected; later layers are neither loaded nor run. Attention is fused throughout.
 * Safe for concurrent use; borrows its parameters from the model.
 */
public final class VisionTower {
  private final VisionConfig config;
  private final boolean hasCls;
  private final DType dtype;
  private final Device device;
  private final VisionEmbeddings embeddings;
  private final List<VisionLayer> layers = new ArrayList<>();
  private final @Nullable LayerNorm postNorm;

  /**
   * Loads a tower.
   *
   * @param layersNeeded how many encoder layers run, at least 1: the output of the last of them is
   *     what {@link #forward} returns
   * @param prefix that the names of its parameters begin with
   */
  public VisionTower(VisionConfig config, int layersNeeded, Parameters parameters, String prefix) {
    if (layersNeeded < 1 || layersNeeded > config.layers()) {
      throw new IllegalArgumentException(
          "vision_feature_layer: expected the output of one of "
              + config.layers()
              + " layers, got that of layer "
              + layersNeeded);
    }
    this.config = config;
    hasCls = config.architecture().hasCls();
    dtype = parameters.dtype();
    device = parameters.device();
    embeddings = VisionEmbeddings.load(config, parameters, prefix);
    for (int i = 0; i < layersNeeded; i++) {
      layers.add(new VisionLayer(config, i, parameters, prefix + "encoder.layers." + i + "."));
    }
    String norm = prefix + "post_layernorm";
    postNorm =
        parameters.has(norm + ".weight")
            ? LayerNorm.load(parameters, norm, config.hiddenSize(), config.layerNormEps())
            : null;
  }

  /**
   * Features of a batch of pictures.
   *
   * @param pixels [B, 3, side, side], normalised; converted to the tower's dtype and device. The
   *     tower's own side or, for a smaller picture, any smaller multiple of its patches
   * @return the selected hidden state [B, S, D], the query of the class token [B, H, 1, d] or, in a
   *     tower without one, all queries [B, H, S, d], and the keys [B, H, S, d] of the layer it
   *     comes from; the tensors belong to the caller
   */
  public VisionFeatures forward(Tensor pixels) {
    return run(pixels, null, null);
  }

  /** As {@link #forward(Tensor)}, with a method at work inside the layers. */
  public VisionFeatures forward(Tensor pixels, @Nullable TowerReduction reduction) {
    return run(pixels, reduction, null);
  }

  /**
   * Applies the tower's last norm, which stands before its projection into the space it shares with
   * texts and is no part of {@link #forward}.
   *
   * @param hidden [.., D]
   * @return a new tensor of the same shape
   * @throws UnsupportedOperationException if the checkpoint left the norm out
   */
  public Tensor postNorm(Tensor hidden) {
    if (postNorm == null) {
      throw new UnsupportedOperationException(
          "prompt guidance: expected the vision tower's post_layernorm in the checkpoint, found"
              + " none");
    }
    return postNorm.forward(hidden);
  }

  /** What a method has to know to plan. */
  public TowerShape shape() {
    return new TowerShape(layers.size(), config.gridSide(), hasCls);
  }

  /**
   * The input of every layer that runs and the output of the last, [B, S, D] each; the tensors
   * belong to the caller.
   */
  public List<Tensor> hiddenStates(Tensor pixels) {
    List<Tensor> states = new ArrayList<>();
    try (TensorScope scope = new TensorScope()) {
      states.add(run(pixels, null, states).hidden());
      states.forEach(scope::keep);
      return states;
    }
  }

  private VisionFeatures run(
      Tensor pixels, @Nullable TowerReduction reduction, @Nullable List<Tensor> states) {
    long side = sideOf(pixels);
    Shapes.require(pixels, "pixels", Shapes.ANY, 3, side, side);
    try (TensorScope scope = new TensorScope()) {
      Tensor hidden =
          TensorScope.compute(() -> embeddings.forward(Tensors.to(pixels, dtype, device)));
      for (VisionLayer layer : layers.subList(0, layers.size() - 1)) {
        Tensor input = hidden;
        hidden = TensorScope.compute(() -> layer.forward(input, reduction).hidden());
        retire(input, scope, states);
      }
      VisionLayer.Output last = layers.get(layers.size() - 1).forward(hidden, reduction);
      retire(hidden, scope, states);
      // Copied: a view would keep the queries of all tokens alive.
      Tensor queries = hasCls ? last.query().narrow(2, 0, 1).contiguous() : last.query();
      return new VisionFeatures(
          scope.keep(last.hidden()), scope.keep(queries), scope.keep(last.keys()), hasCls);
    } catch (RuntimeException e) {
      throw LibtorchException.wrap(e);
    }
  }

  /** What the pictures are wide where the tower can see that, its own side otherwise. */
  private long sideOf(Tensor pixels) {
    long wide = pixels.dim() == 4 ? pixels.size(3) : 0;
    boolean smaller = wide > 0 && wide < config.imageSize() && wide % config.patchSize() == 0;
    return smaller ? wide : config.imageSize();
  }

  /** Frees a layer's input at once, or keeps it for the caller who wants to see all of them. */
  private static void retire(Tensor input, TensorScope scope, @Nullable List<Tensor> states) {
    if (states == null) {
      input.close();
    } else {
      states.add(scope.keep(input));
    }
  }
}
