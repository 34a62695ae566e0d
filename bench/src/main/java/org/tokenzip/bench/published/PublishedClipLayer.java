// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench.published;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.weights.VisionConfig;

/** One encoder layer with eager attention that hands out its softmax map and its mean key. */
final class PublishedClipLayer {
  private final long heads;
  private final long headWidth;
  private final PublishedLayerNorm attentionNorm;
  private final Projection query;
  private final Projection key;
  private final Projection value;
  private final Projection out;
  private final PublishedLayerNorm mlpNorm;
  private final Projection up;
  private final Projection down;

  /** New hidden state [B, S, D], map [B, H, S, S] and metric [B, S, d]. */
  record Output(Tensor hidden, Tensor attention, Tensor metric) {}

  PublishedClipLayer(VisionConfig config, Parameters parameters, String prefix) {
    long width = config.hiddenSize();
    long inner = config.intermediateSize();
    heads = config.heads();
    headWidth = config.headDim();
    attentionNorm = new PublishedLayerNorm(parameters, prefix + "layer_norm1", width, config);
    query = new Projection(parameters, prefix + "self_attn.q_proj", width, width);
    key = new Projection(parameters, prefix + "self_attn.k_proj", width, width);
    value = new Projection(parameters, prefix + "self_attn.v_proj", width, width);
    out = new Projection(parameters, prefix + "self_attn.out_proj", width, width);
    mlpNorm = new PublishedLayerNorm(parameters, prefix + "layer_norm2", width, config);
    up = new Projection(parameters, prefix + "mlp.fc1", width, inner);
    down = new Projection(parameters, prefix + "mlp.fc2", inner, width);
  }

  Output forward(Tensor x) {
    long images = x.size(0);
    long tokens = x.size(1);
    long width = heads * headWidth;
    Tensor normed = attentionNorm.forward(x);
    Tensor scaled = query.forward(normed).mul(new Scalar(1 / Math.sqrt((double) headWidth)));
    Tensor keys = split(key.forward(normed)); // [B, H, S, d]
    Tensor rawKeys = keys.clone();
    Tensor values = flat(split(value.forward(normed))); // [B H, S, d]
    Tensor logits = flat(split(scaled)).bmm(flat(keys).transpose(1, 2)); // [B H, S, S]
    Tensor map = logits.softmax(-1);
    Tensor attended =
        map.bmm(values)
            .view(images, heads, tokens, headWidth)
            .transpose(1, 2)
            .reshape(images, tokens, width);
    Tensor hidden = x.add(out.forward(attended));
    Tensor inner = quickGelu(up.forward(mlpNorm.forward(hidden)));
    return new Output(
        hidden.add(down.forward(inner)),
        map.view(images, heads, tokens, tokens),
        PublishedVisionZip.metric(rawKeys));
  }

  private Tensor split(Tensor x) {
    return x.view(x.size(0), x.size(1), heads, headWidth).transpose(1, 2).contiguous();
  }

  private Tensor flat(Tensor x) {
    return x.view(x.size(0) * heads, x.size(2), headWidth);
  }

  private static Tensor quickGelu(Tensor x) {
    return x.mul(x.mul(new Scalar(1.702)).sigmoid());
  }

  /** {@code nn.Linear}. */
  private static final class Projection {
    private final Tensor weight;
    private final TensorOptional bias;

    Projection(Parameters parameters, String name, long in, long out) {
      weight = parameters.take(name + ".weight", out, in);
      bias = parameters.own(new TensorOptional(parameters.take(name + ".bias", out)));
    }

    Tensor forward(Tensor x) {
      return torch.linear(x, weight, bias);
    }
  }
}
