// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.tokenzip.compress.RemovalSchedule;
import org.tokenzip.compress.ToMe;
import org.tokenzip.compress.ToMeOptions;
import org.tokenzip.compress.ToMeReduction;
import org.tokenzip.compress.TowerLayer;
import org.tokenzip.model.nn.FusedAttention;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.Values;

/**
 * Vectors of ToMe, step by step through the method. The metric is a mean of keys and thus always
 * fp32.
 */
final class TomeGolden {
  private TomeGolden() {}

  static void check(GoldenFile file, DType dtype) {
    try (TensorScope scope = new TensorScope()) {
      if (file.has("in.tokens")) {
        merging(file, dtype);
      } else {
        proportionalAttention(file, dtype);
      }
    }
  }

  private static void merging(GoldenFile file, DType dtype) {
    JsonNode meta = file.parameters();
    int steps = meta.get("steps").asInt();
    ToMeOptions options = ToMeOptions.of(RemovalSchedule.constant(0, meta.get("r").asInt(), steps));
    try (ToMeReduction reduction = new ToMeReduction(options)) {
      Tensor tokens = file.tensor("in.tokens", dtype).unsqueeze(0); // [1, n, D]
      assertThat(reduction.keyBias()).isNull();
      for (int i = 0; i < steps; i++) {
        Tensor metric = file.tensor("in.metric_" + i, DType.FP32); // [n, d]
        Tensor keys = metric.unsqueeze(0).unsqueeze(0); // [1, 1, n, d]
        boolean hasCls = meta.get("class_token").asBoolean();
        tokens = reduction.afterAttention(new TowerLayer(i, tokens, keys, keys, hasCls));
        file.assertClose("out.tokens_" + i, tokens, dtype);
        ToMeReduction.Step step = reduction.steps().get(i);
        assertThat(Values.ints(step.sources())).isEqualTo(file.ints("out.src_idx_" + i));
        assertThat(Values.ints(step.targets())).isEqualTo(file.ints("out.dst_idx_" + i));
        assertThat(Values.ints(step.survivors())).isEqualTo(file.ints("out.unm_idx_" + i));
        assertThat(Values.ints(step.anchors())).isEqualTo(file.ints("out.anchor_idx_" + i));
        file.assertClose("out.size_" + i, step.sizes(), DType.FP32);
        file.assertClose("out.size_" + i, reduction.keyBias().exp(), DType.FP32);
      }
    }
  }

  /** The tower's attention with values that are unit vectors: what comes out is the map. */
  private static void proportionalAttention(GoldenFile file, DType dtype) {
    Tensor sizes = file.tensor("in.size", DType.FP32).unsqueeze(0); // [1, S]
    Tensor mask = ToMe.keyBias(sizes).unsqueeze(1).unsqueeze(1); // [1, 1, 1, S]
    Tensor keys = file.tensor("in.k", dtype).unsqueeze(0); // [1, H, S, d]
    long s = keys.size(2);
    Tensor unit = torch.eye(s).reshape(1, 1, s, s).expand(1, keys.size(1), s, s);
    Tensor map =
        FusedAttention.masked(
            file.tensor("in.q", dtype).unsqueeze(0),
            keys,
            Tensors.to(unit, dtype, Device.CPU),
            Tensors.to(mask, dtype, Device.CPU));
    file.assertClose("out.attn", map, dtype);
  }
}
