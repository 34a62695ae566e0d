// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.text;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.tokenzip.model.nn.LayerNorm;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.model.vision.VisionLayer;
import org.tokenzip.tensor.LibtorchException;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.weights.ClipTextConfig;

/**
 * The CLIP text transformer (arXiv 2103.00020). Texts run one at a time and without padding: its
 * attention is causal, so nothing behind a text could change it. Safe for concurrent use; borrows
 * its parameters from the model.
 */
public final class ClipTextTower {
  private static final String PREFIX = "text_model.";

  private final ClipTextConfig config;
  private final Parameters parameters;
  private final Tensor table; // [V, D]
  private final Tensor positions; // [L, D]
  private final List<VisionLayer> layers = new ArrayList<>();
  private final LayerNorm finalNorm;

  /** Loads the tower. */
  public ClipTextTower(ClipTextConfig config, Parameters parameters) {
    this.config = config;
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

  /** Tokens of the longest text, both end tokens included. */
  public int longest() {
    return config.positions();
  }

  /** The position table [L, D]; borrowed. */
  public Tensor positions() {
    return positions;
  }

  /**
   * The feature of a text: the last hidden state at its end token, which is the first {@code
   * eos_token_id} or, where there is none and in files that misstate it, the highest id.
   *
   * @param ids from 1 to as many as there are positions, with both end tokens
   * @param table of positions, {@link #positions} or a longer one
   * @return [D]; the caller's
   */
  public Tensor pooled(Tensor table, long... ids) {
    return TensorScope.compute(
        () -> {
          List<Tensor> states = run(table, ids);
          return states.get(states.size() - 1).select(0, endOf(ids)).clone();
        });
  }

  /**
   * The input of every layer, the output of the last and, after it, that with the final norm, [S,
   * D] each; the tensors belong to the caller.
   */
  public List<Tensor> hiddenStates(long... ids) {
    try (TensorScope scope = new TensorScope()) {
      List<Tensor> states = run(positions, ids);
      states.forEach(scope::keep);
      return states;
    } catch (RuntimeException e) {
      throw LibtorchException.wrap(e);
    }
  }

  private List<Tensor> run(Tensor places, long... ids) {
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
    Tensor index = Tensors.to(Tensors.vector(ids), parameters.device());
    Tensor embedded = torch.embedding(table, index).add_(places.narrow(0, 0, ids.length));
    List<Tensor> states = new ArrayList<>(List.of(embedded));
    Tensor hidden = embedded.unsqueeze(0); // [1, S, D]
    for (VisionLayer layer : layers) {
      hidden = layer.causal(hidden);
      states.add(hidden.squeeze(0));
    }
    states.add(finalNorm.forward(hidden).squeeze(0));
    return states;
  }

  private int endOf(long... ids) {
    int highest = 0;
    for (int i = 0; i < ids.length; i++) {
      if (!config.endsWithHighestId() && ids[i] == config.eosTokenId()) {
        return i;
      }
      highest = ids[i] > ids[highest] ? i : highest;
    }
    return highest;
  }
}
