// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.text;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.tokenzip.model.nn.LayerNorm;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.model.vision.VisionLayer;
import org.tokenzip.tensor.LibtorchException;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.weights.TextTowerConfig;

/** What the text towers have in common: tables of tokens and positions, layers and a norm. */
final class TextEncoder {
  private static final String PREFIX = "text_model.";

  private final TextTowerConfig config;
  private final Parameters parameters;
  private final boolean causal;
  private final Tensor table; // [V, D]
  private final Tensor positions; // [L, D]
  private final List<VisionLayer> layers = new ArrayList<>();
  private final LayerNorm finalNorm;

  /**
   * Loads the tower.
   *
   * @param causal whether a token sees those before it only
   */
  TextEncoder(TextTowerConfig config, boolean causal, Parameters parameters) {
    this.config = config;
    this.causal = causal;
    this.parameters = parameters;
    int width = config.hiddenSize();
    String embeddings = PREFIX + "embeddings.";
    table = parameters.take(embeddings + "token_embedding.weight", config.vocabSize(), width);
    positions =
        parameters.take(embeddings + "position_embedding.weight", config.positions(), width);
    for (int i = 0; i < config.layers(); i++) {
      String prefix = PREFIX + "encoder.layers." + i + ".";
      layers.add(new VisionLayer(config, false, i, parameters, prefix));
    }
    finalNorm =
        LayerNorm.load(parameters, PREFIX + "final_layer_norm", width, config.layerNormEps());
  }

  /** The position table [L, D]; borrowed. */
  Tensor positions() {
    return positions;
  }

  /** One row [D] of what {@code wanted} takes from the states of {@link #states}; the caller's. */
  Tensor pooled(Tensor places, UnaryOperator<Tensor> wanted, long... ids) {
    return TensorScope.compute(
        () -> {
          List<Tensor> states = run(places, ids);
          return wanted.apply(states.get(states.size() - 1)).clone();
        });
  }

  /** See {@link TextTower#hiddenStates}. */
  List<Tensor> states(long... ids) {
    try (TensorScope scope = new TensorScope()) {
      List<Tensor> states = run(positions, ids);
      states.forEach(scope::keep);
      return states;
    } catch (RuntimeException e) {
      throw LibtorchException.wrap(e);
    }
  }

  private List<Tensor> run(Tensor places, long... ids) {
    requireFits(places, ids);
    Tensor index = Tensors.to(Tensors.vector(ids), parameters.device());
    Tensor embedded = torch.embedding(table, index).add_(places.narrow(0, 0, ids.length));
    List<Tensor> states = new ArrayList<>(List.of(embedded));
    Tensor hidden = embedded.unsqueeze(0); // [1, S, D]
    for (VisionLayer layer : layers) {
      hidden = causal ? layer.causal(hidden) : layer.full(hidden);
      states.add(hidden.squeeze(0));
    }
    states.add(finalNorm.forward(hidden).squeeze(0));
    return states;
  }

  /** Refuses a text that is empty or has more tokens than there are places, or unknown ones. */
  void requireFits(Tensor places, long... ids) {
    if (ids.length < 1 || ids.length > places.size(0)) {
      throw new IllegalArgumentException(
          "ids: expected 1 to " + places.size(0) + " tokens, got " + ids.length);
    }
    for (long id : ids) {
      if (id < 0 || id >= config.vocabSize()) {
        throw new IllegalArgumentException(
            "id: expected one below the text tower's vocabulary of "
                + config.vocabSize()
                + ", got "
                + id);
      }
    }
  }
}
