// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.llama;

import org.bytedeco.pytorch.Tensor;
import org.tokenzip.model.nn.Activation;
import org.tokenzip.model.nn.Linear;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.model.nn.RmsNorm;
import org.tokenzip.weights.LlamaConfig;

/**
 * One decoder layer: attention and a gated feed-forward part, each normed and around a residual.
 */
final class LlamaLayer {
  private final int index;
  private final RmsNorm attentionNorm;
  private final LlamaAttention attention;
  private final RmsNorm mlpNorm;
  private final Linear gate;
  private final Linear up;
  private final Linear down;
  private final Activation activation;

  LlamaLayer(LlamaConfig config, int layer, Parameters parameters, String prefix) {
    index = layer;
    long width = config.hiddenSize();
    long inner = config.intermediateSize();
    double eps = config.rmsNormEps();
    attentionNorm = RmsNorm.load(parameters, prefix + "input_layernorm", width, eps);
    attention = new LlamaAttention(config, layer, parameters, prefix + "self_attn.");
    mlpNorm = RmsNorm.load(parameters, prefix + "post_attention_layernorm", width, eps);
    gate = Linear.load(parameters, prefix + "mlp.gate_proj", width, inner, false);
    up = Linear.load(parameters, prefix + "mlp.up_proj", width, inner, false);
    down = Linear.load(parameters, prefix + "mlp.down_proj", inner, width, false);
    activation = Activation.parse(config.activation());
  }

  /**
   * {@code x} [B, S, E], which stays as it is, to a new tensor [B, S, E]; shorter if the step's
   * visual tokens become fewer here.
   */
  Tensor forward(Tensor x, DecoderStep step) {
    LlamaAttention.Output attended = attention.forward(attentionNorm.forward(x), step);
    Tensor hidden = attended.hidden().add_(x);
    VisualBlock block = step.block();
    if (block == null) {
      return feedForward(hidden);
    }
    Tensor queries = attended.queries().transpose(1, 2); // [1, H, S, d]
    Tensor keys = attended.keys();
    Tensor out = feedForward(block.afterAttention(index, hidden, queries, keys));
    return block.afterLayer(index, out, queries, keys);
  }

  /** Adds to {@code hidden}. */
  private Tensor feedForward(Tensor hidden) {
    Tensor normed = mlpNorm.forward(hidden);
    Tensor gated = activation.apply(gate.forward(normed)).mul_(up.forward(normed));
    return hidden.add_(down.forward(gated));
  }
}
