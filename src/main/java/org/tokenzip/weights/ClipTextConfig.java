// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

/**
 * A CLIP text tower.
 *
 * @param hiddenSize width of a token
 * @param intermediateSize width inside the feed-forward part
 * @param layers number of encoder layers
 * @param heads attention heads; divides {@code hiddenSize}
 * @param vocabSize rows of the token table
 * @param positions longest text, both end tokens included
 * @param activation see {@link VisionConfig}
 * @param layerNormEps added to the variance
 * @param eosTokenId the token whose position stands for the text
 */
public record ClipTextConfig(
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int vocabSize,
    int positions,
    String activation,
    double layerNormEps,
    int eosTokenId)
    implements TextTowerConfig {
  /** What early published files give as {@link #eosTokenId} whatever their tokenizer says. */
  private static final int MISSTATED_EOS = 2;

  /**
   * Whether {@link #eosTokenId} means nothing, so that the highest id of a text is its end token.
   */
  public boolean endsWithHighestId() {
    return eosTokenId == MISSTATED_EOS;
  }

  static ClipTextConfig read(ConfigJson json) {
    int hidden = json.integer("hidden_size", 1, Limits.WIDTH, 512);
    int heads = json.integer("num_attention_heads", 1, Limits.WIDTH, 8);
    if (hidden % heads != 0) {
      throw json.wrong("num_attention_heads", "a divisor of hidden_size " + hidden);
    }
    int vocabulary = json.integer("vocab_size", 1, Limits.VOCABULARY, 49408);
    return new ClipTextConfig(
        hidden,
        json.integer("intermediate_size", 1, Limits.WIDTH, 2048),
        json.integer("num_hidden_layers", 1, Limits.LAYERS, 12),
        heads,
        vocabulary,
        json.integer("max_position_embeddings", 2, Limits.POSITIONS, 77),
        json.choice("hidden_act", VisionConfig.ACTIVATIONS, "quick_gelu"),
        json.number("layer_norm_eps", 0, 1, 1e-5),
        json.integer("eos_token_id", 0, vocabulary - 1, Math.min(49407, vocabulary - 1)));
  }
}
