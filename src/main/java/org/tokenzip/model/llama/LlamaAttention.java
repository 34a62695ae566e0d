// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.llama;

import org.bytedeco.pytorch.Tensor;
import org.tokenzip.model.nn.FusedAttention;
import org.tokenzip.model.nn.Linear;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.weights.LlamaConfig;

/** Causal self-attention with grouped queries over a cache of keys and values. */
final class LlamaAttention {
  private final int layer;
  private final int heads;
  private final int kvHeads;
  private final int headDim;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear out;

  LlamaAttention(LlamaConfig config, int layer, Parameters parameters, String prefix) {
    this.layer = layer;
    heads = config.heads();
    kvHeads = config.kvHeads();
    headDim = config.headDim();
    long width = config.hiddenSize();
    long queryWidth = (long) heads * headDim;
    long keyWidth = (long) kvHeads * headDim;
    boolean bias = config.inputBias();
    query = Linear.load(parameters, prefix + "q_proj", width, queryWidth, bias);
    key = Linear.load(parameters, prefix + "k_proj", width, keyWidth, bias);
    value = Linear.load(parameters, prefix + "v_proj", width, keyWidth, bias);
    out = Linear.load(parameters, prefix + "o_proj", queryWidth, width, false);
  }

  /**
   * What attention leaves.
   *
   * @param hidden [B, S, E], new
   * @param queries [B, S, H, d], rotated
   * @param keys [B, Hkv, L, d], all that the cache has for the layer
   */
  record Output(Tensor hidden, Tensor queries, Tensor keys) {}

  /** From {@code x} [B, S, E]; appends to the layer's part of the cache. */
  Output forward(Tensor x, DecoderStep step) {
    Tensor q = step.rotation().apply(query.forward(x).unflatten(2, heads, headDim));
    Tensor k = step.rotation().apply(key.forward(x).unflatten(2, kvHeads, headDim));
    Tensor v = value.forward(x).unflatten(2, kvHeads, headDim);
    Tensor keys = step.cache().appendKeys(layer, k.transpose(1, 2)); // [B, Hkv, L, d]
    Tensor values = step.cache().appendValues(layer, v.transpose(1, 2));
    Tensor attended =
        q.size(1) == 1 ? single(q, keys, values, step) : several(q, keys, values, step);
    return new Output(out.forward(attended), q, keys);
  }

  /** One query per row: the query heads of a key head go side by side, so keys are not repeated. */
  private Tensor single(Tensor q, Tensor keys, Tensor values, DecoderStep step) {
    Tensor grouped = q.view(-1, kvHeads, heads / kvHeads, headDim);
    Tensor attended = FusedAttention.masked(grouped, keys, values, step.mask());
    return attended.reshape(-1, 1, (long) heads * headDim); // [B, 1, Hd]
  }

  private Tensor several(Tensor q, Tensor keys, Tensor values, DecoderStep step) {
    Tensor queries = q.transpose(1, 2); // [B, H, S, d]
    Tensor k = perQueryHead(keys);
    Tensor v = perQueryHead(values);
    Tensor attended =
        step.causal()
            ? FusedAttention.causal(queries, k, v)
            : FusedAttention.masked(queries, k, v, step.mask());
    return attended.transpose(1, 2).flatten(2, 3); // [B, S, Hd]
  }

  /** Key head h serves query heads h g .. h g + g - 1. */
  private Tensor perQueryHead(Tensor x) {
    return heads == kvHeads
        ? x
        : x.unsqueeze(2).expand(-1, -1, heads / kvHeads, -1, -1).flatten(1, 2);
  }
}
