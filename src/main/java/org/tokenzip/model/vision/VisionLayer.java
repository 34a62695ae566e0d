// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.vision;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.TowerLayer;
import org.tokenzip.compress.TowerReduction;
import org.tokenzip.model.nn.Activation;
import org.tokenzip.model.nn.FusedAttention;
import org.tokenzip.model.nn.LayerNorm;
import org.tokenzip.model.nn.Linear;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.weights.EncoderConfig;
import org.tokenzip.weights.VisionConfig;

/** One encoder layer: attention and feed-forward, each behind a norm and around a residual. */
public final class VisionLayer {
  private final int index;
  private final int heads;
  private final boolean hasCls;
  private final LayerNorm attentionNorm;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear out;
  private final LayerNorm mlpNorm;
  private final Linear up;
  private final Linear down;
  private final Activation activation;

  /**
   * What a layer computes.
   *
   * @param hidden [B, S', D], S' below S where a reduction dropped tokens
   * @param query [B, H, S, d], with bias, unscaled
   * @param keys [B, H, S, d], with bias
   */
  record Output(Tensor hidden, Tensor query, Tensor keys) {}

  VisionLayer(VisionConfig config, int index, Parameters parameters, String prefix) {
    this(config, config.architecture().hasCls(), index, parameters, prefix);
  }

  /**
   * Loads layer {@code index} of a tower of any kind, whose parameters begin with {@code prefix}.
   */
  public VisionLayer(
      EncoderConfig config, boolean hasCls, int index, Parameters parameters, String prefix) {
    this.index = index;
    long width = config.hiddenSize();
    long inner = config.intermediateSize();
    double eps = config.layerNormEps();
    heads = config.heads();
    this.hasCls = hasCls;
    attentionNorm = LayerNorm.load(parameters, prefix + "layer_norm1", width, eps);
    query = Linear.load(parameters, prefix + "self_attn.q_proj", width, width, true);
    key = Linear.load(parameters, prefix + "self_attn.k_proj", width, width, true);
    value = Linear.load(parameters, prefix + "self_attn.v_proj", width, width, true);
    out = Linear.load(parameters, prefix + "self_attn.out_proj", width, width, true);
    mlpNorm = LayerNorm.load(parameters, prefix + "layer_norm2", width, eps);
    up = Linear.load(parameters, prefix + "mlp.fc1", width, inner, true);
    down = Linear.load(parameters, prefix + "mlp.fc2", inner, width, true);
    activation = Activation.parse(config.activation());
  }

  /**
   * One layer's step; {@code x} [B, S, D] stays as it is.
   *
   * @param reduction acts between the attention and the feed-forward part; null for nothing
   */
  Output forward(Tensor x, @Nullable TowerReduction reduction) {
    Tensor normed = attentionNorm.forward(x);
    Tensor q = split(query.forward(normed)); // [B, H, S, d]
    Tensor k = split(key.forward(normed));
    Tensor v = split(value.forward(normed));
    Tensor bias = reduction == null ? null : reduction.keyBias(); // [B, S]
    Tensor mask = bias == null ? null : bias.unsqueeze(1).unsqueeze(1).to(q.scalar_type());
    Tensor hidden = join(FusedAttention.masked(q, k, v, mask)).add_(x); // [B, S, D]
    if (reduction != null) {
      hidden = reduction.afterAttention(new TowerLayer(index, hidden, q, k, hasCls));
    }
    return new Output(feedForward(hidden), q, k);
  }

  /** The step of a text tower, where token i sees those up to i; {@code x} [B, S, D] stays. */
  public Tensor causal(Tensor x) {
    Tensor normed = attentionNorm.forward(x);
    Tensor q = split(query.forward(normed)); // [B, H, S, d]
    Tensor k = split(key.forward(normed));
    Tensor v = split(value.forward(normed));
    return feedForward(join(FusedAttention.causal(q, k, v)).add_(x));
  }

  /** The step of a text tower, where every token sees all; {@code x} [B, S, D] stays. */
  public Tensor full(Tensor x) {
    return forward(x, null).hidden();
  }

  /** Changes {@code hidden} [B, S, D] and returns it. */
  private Tensor feedForward(Tensor hidden) {
    Tensor inner = activation.apply(up.forward(mlpNorm.forward(hidden)));
    return hidden.add_(down.forward(inner));
  }

  private Tensor join(Tensor attended) {
    return out.forward(attended.transpose(1, 2).flatten(2, 3));
  }

  private Tensor split(Tensor x) {
    return x.unflatten(2, heads, -1).transpose(1, 2);
  }
}
