// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.compress.FiCoCoPreset;
import org.tokenzip.compress.FiCoCoVOptions;
import org.tokenzip.compress.FiCoCoVReduction;
import org.tokenzip.compress.FiCoCoVReduction.Step;
import org.tokenzip.compress.RemovalSchedule;
import org.tokenzip.compress.TowerLayer;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.Values;

/** Vectors of FiCoCo-V, step by step through the method. Maps and scores are always fp32. */
final class FicocoVGolden {
  private FicocoVGolden() {}

  static void check(GoldenFile file, DType dtype) {
    JsonNode meta = file.parameters();
    JsonNode grid = meta.get("grid");
    try (TensorScope scope = new TensorScope();
        FiCoCoVReduction reduction =
            new FiCoCoVReduction(options(meta), grid.get(0).asInt(), grid.get(1).asInt())) {
      Tensor tokens = file.tensor("in.tokens", dtype).unsqueeze(0); // [1, S, D]
      for (int i = 0; i < meta.get("steps").asInt(); i++) {
        tokens = reduction.afterAttention(layer(file, i, tokens));
        file.assertClose("out.tokens_" + i, tokens, dtype);
        Step step = reduction.steps().get(i);
        file.assertClose("out.scores_" + i, step.scores(), DType.FP32);
        assertThat(Values.ints(step.removed())).isEqualTo(file.ints("out.drop_idx_" + i));
        assertThat(Values.ints(step.kept())).isEqualTo(file.ints("out.keep_idx_" + i));
        assertThat(Values.ints(step.cells())).isEqualTo(file.ints("out.pos_idx_" + i));
        assertShares(step, file.floats("out.alpha_" + i));
      }
    }
  }

  private static FiCoCoVOptions options(JsonNode meta) {
    assertThat(meta.get("win").get(0)).isEqualTo(meta.get("win").get(1));
    boolean released = meta.get("axis").asText().equals("emitted");
    assertThat(meta.get("l2").asBoolean()).isEqualTo(released);
    assertThat(meta.get("alpha").asText()).isEqualTo(released ? "softmax" : "ratio");
    return new FiCoCoVOptions(
        released ? FiCoCoPreset.RELEASED : FiCoCoPreset.PAPER,
        meta.get("lam").asDouble(),
        meta.get("eps").asDouble(),
        meta.get("win").get(0).asInt(),
        meta.get("coef").asDouble(),
        RemovalSchedule.constant(0, meta.get("r").asInt(), meta.get("steps").asInt()));
  }

  private static TowerLayer layer(GoldenFile file, int index, Tensor tokens) {
    JsonNode meta = file.parameters();
    boolean hasCls = meta.get("has_cls").asBoolean();
    Tensor map = file.tensor("in.score_map_" + index, DType.FP32).unsqueeze(0); // [1, S, S]
    Tensor keys =
        hasCls ? null : file.tensor("in.keys_" + index, DType.FP32).unsqueeze(0); // [1, H, n, d]
    return meta.get("axis").asText().equals("emitted")
        ? MapLayer.ofLogits(index, tokens, map, keys, hasCls)
        : MapLayer.of(index, tokens, map, keys, hasCls);
  }

  /** Compares with a matrix [r, n] that has zeros where nothing is handed over. */
  private static void assertShares(Step step, float[] expected) {
    int[] targets = Values.ints(step.targets()); // [1, r, K]
    float[] weights = Tensors.toFloatArray(step.weights());
    int most = Math.toIntExact(step.targets().size(2));
    int survivors = Math.toIntExact(step.kept().size(1));
    float[] dense = new float[Math.toIntExact(step.removed().size(1)) * survivors];
    for (int i = 0; i < targets.length; i++) {
      if (targets[i] >= 0) {
        dense[i / most * survivors + targets[i]] = weights[i];
      }
    }
    assertThat(dense).hasSameSizeAs(expected);
    for (int i = 0; i < dense.length; i++) {
      assertThat(dense[i]).as("alpha[%d]", i).isCloseTo(expected[i], within(1e-5f));
    }
  }
}
