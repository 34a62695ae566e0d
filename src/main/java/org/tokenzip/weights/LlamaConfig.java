// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.util.List;

/**
 * A decoder of LLaMA's form.
 *
 * @param architecture what its checkpoints are called by
 * @param hiddenSize width of a token
 * @param intermediateSize width inside the gated feed-forward part
 * @param layers number of decoder layers
 * @param heads query heads
 * @param kvHeads key and value heads; divides {@code heads}
 * @param headDim width of one head; even
 * @param vocabSize rows of the token table, which may exceed the tokenizer's entries
 * @param rmsNormEps added to the mean square
 * @param ropeTheta base of the rotary angles
 * @param maxPositions longest sequence the model was trained for
 * @param activation of the gate, always {@code silu}
 * @param eosTokenIds any of which ends an answer; may be empty
 */
public record LlamaConfig(
    TextArchitecture architecture,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int kvHeads,
    int headDim,
    int vocabSize,
    double rmsNormEps,
    double ropeTheta,
    int maxPositions,
    String activation,
    List<Integer> eosTokenIds) {
  private static final int MISTRAL_WINDOW = 4096;

  public LlamaConfig {
    eosTokenIds = List.copyOf(eosTokenIds);
  }

  /** Whether queries, keys and values have a bias. */
  public boolean inputBias() {
    return architecture.inputBias;
  }

  static LlamaConfig read(ConfigJson json, TextArchitecture architecture) {
    refuseVariants(json);
    int positions =
        json.integer("max_position_embeddings", 1, Limits.POSITIONS, architecture.maxPositions);
    refuseSlidingWindow(json, architecture, positions);
    int hidden = json.integer("hidden_size", 1, Limits.WIDTH, 4096);
    int heads = json.integer("num_attention_heads", 1, Limits.WIDTH, 32);
    int kvHeads = json.integer("num_key_value_heads", 1, heads, kvHeads(architecture, heads));
    if (heads % kvHeads != 0) {
      throw json.wrong("num_key_value_heads", "a divisor of num_attention_heads " + heads);
    }
    if (!json.has("head_dim") && hidden % heads != 0) {
      throw json.wrong("num_attention_heads", "a divisor of hidden_size " + hidden);
    }
    int headDim = json.integer("head_dim", 1, Limits.WIDTH, Math.max(1, hidden / heads));
    if (headDim % 2 != 0 || (long) heads * headDim > Limits.WIDTH) {
      throw json.wrong("head_dim", "even and at most " + Limits.WIDTH / heads);
    }
    int vocabulary = json.integer("vocab_size", 1, Limits.VOCABULARY, architecture.vocabSize);
    return new LlamaConfig(
        architecture,
        hidden,
        json.integer("intermediate_size", 1, Limits.WIDTH, architecture.intermediateSize),
        json.integer("num_hidden_layers", 1, Limits.LAYERS, 32),
        heads,
        kvHeads,
        headDim,
        vocabulary,
        json.number("rms_norm_eps", 0, 1, 1e-6),
        ropeTheta(json),
        positions,
        json.choice("hidden_act", List.of("silu"), "silu"),
        json.has("eos_token_id")
            ? json.integers("eos_token_id", 0, vocabulary - 1)
            : architecture.eosTokenIds);
  }

  private static int kvHeads(TextArchitecture architecture, int heads) {
    return architecture.kvHeads == null ? heads : Math.min(architecture.kvHeads, heads);
  }

  /** Settings that change what is computed and that this decoder does not have. */
  private static void refuseVariants(ConfigJson json) {
    for (String bias : List.of("attention_bias", "mlp_bias")) {
      if (json.bool(bias, false)) {
        throw json.wrong(bias, "false");
      }
    }
    for (String kind : json.stringList("layer_types")) {
      if (!kind.equals("full_attention")) {
        throw json.wrong("layer_types", "full_attention throughout");
      }
    }
    if (json.number("partial_rotary_factor", 0, 1, 1) != 1) {
      throw json.wrong("partial_rotary_factor", "1");
    }
  }

  /** A window that no sequence outgrows changes nothing; narrower ones are not implemented. */
  private static void refuseSlidingWindow(
      ConfigJson json, TextArchitecture architecture, int positions) {
    switch (architecture) {
      case LLAMA -> {
        if (json.bool("use_sliding_window", json.has("sliding_window"))) {
          throw json.wrong("sliding_window", "absent");
        }
      }
      case MISTRAL -> {
        // A file that does not mention it means 4096, one that says null means none.
        int absent = json.states("sliding_window") ? positions : MISTRAL_WINDOW;
        if (json.integer("sliding_window", 1, Limits.POSITIONS, absent) < positions) {
          throw json.wrong(
              "sliding_window", "null or at least max_position_embeddings " + positions);
        }
      }
      case QWEN2 -> {
        if (json.bool("use_sliding_window", false)) {
          throw json.wrong("use_sliding_window", "false");
        }
      }
    }
  }

  private static double ropeTheta(ConfigJson json) {
    for (String key : List.of("rope_scaling", "rope_parameters")) {
      ConfigJson rope = json.child(key);
      // Old files say "type". Linear, dynamic, yarn, llama3 … would all change the angles.
      for (String type : List.of("rope_type", "type")) {
        rope.choice(type, List.of("default"), "default");
      }
      rope.refuse("factor", "scaled rotary angles are not supported");
      rope.refuse("full_attention", "rotary angles are the same in all layers here");
      if (rope.number("partial_rotary_factor", 0, 1, 1) != 1) {
        throw rope.wrong("partial_rotary_factor", "1");
      }
    }
    double theta = json.number("rope_theta", 1, 1e12, 10000);
    return json.child("rope_parameters").number("rope_theta", 1, 1e12, theta);
  }
}
