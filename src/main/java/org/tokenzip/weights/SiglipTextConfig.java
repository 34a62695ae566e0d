// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

/**
 * A SigLIP text tower. All its texts have the same length, as in training: shorter ones are padded,
 * and no position is masked.
 *
 * @param hiddenSize width of a token
 * @param intermediateSize width inside the feed-forward part
 * @param layers number of encoder layers
 * @param heads attention heads; divides {@code hiddenSize}
 * @param vocabSize rows of the token table
 * @param positions length of every text, the end token included
 * @param activation see {@link VisionConfig}
 * @param layerNormEps added to the variance
 * @param padTokenId what shorter texts are filled up with
 */
public record SiglipTextConfig(
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int vocabSize,
    int positions,
    String activation,
    double layerNormEps,
    int padTokenId)
    implements TextTowerConfig {

  /** The tokenizer's padding token goes before the configuration's, as it does when texts are. */
  static SiglipTextConfig read(ConfigJson json, TokenizerConfig tokenizer) {
    int hidden = json.integer("hidden_size", 1, Limits.WIDTH, 768);
    int heads = json.integer("num_attention_heads", 1, Limits.WIDTH, 12);
    if (hidden % heads != 0) {
      throw json.wrong("num_attention_heads", "a divisor of hidden_size " + hidden);
    }
    int vocabulary = json.integer("vocab_size", 2, Limits.VOCABULARY, 32000);
    int stated = json.integer("pad_token_id", 0, vocabulary - 1, 1);
    Integer pad = tokenizer.padTokenId();
    if (pad != null && pad >= vocabulary) {
      throw json.wrong("vocab_size", "above the padding token's id of " + pad);
    }
    return new SiglipTextConfig(
        hidden,
        json.integer("intermediate_size", 1, Limits.WIDTH, 3072),
        json.integer("num_hidden_layers", 1, Limits.LAYERS, 12),
        heads,
        vocabulary,
        json.integer("max_position_embeddings", 2, Limits.POSITIONS, 64),
        json.choice("hidden_act", VisionConfig.ACTIVATIONS, "gelu_pytorch_tanh"),
        json.number("layer_norm_eps", 0, 1, 1e-6),
        pad == null ? stated : pad);
  }
}
