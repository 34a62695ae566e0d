// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tokenzip.IndexLists.complement;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.compress.EViTOptions;
import org.tokenzip.compress.EViTReduction;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.Values;

/** Vectors of EViT, through the method. Scores are always fp32. */
final class EvitGolden {
  private EvitGolden() {}

  static void check(GoldenFile file, DType dtype) {
    int keep = file.parameters().get("keep").asInt();
    boolean fuse = file.parameters().get("fuse").asBoolean();
    EViTOptions options = new EViTOptions(List.of(0), 1, List.of(keep), fuse);
    try (TensorScope scope = new TensorScope();
        EViTReduction reduction = new EViTReduction(options)) {
      Tensor tokens = file.tensor("in.tokens", dtype).unsqueeze(0); // [1, 1 + n, D]
      Tensor attention = file.tensor("in.cls_attn", DType.FP32).unsqueeze(0); // [1, n]
      Tensor left = reduction.afterAttention(MapLayer.of(0, tokens, map(attention), null, true));
      file.assertClose("out.tokens", left, dtype);
      int[] kept = file.ints("out.keep_idx");
      int n = Math.toIntExact(attention.size(1));
      assertThat(complement(n, kept)).isEqualTo(file.ints("out.drop_idx"));
      if (kept.length == n) {
        assertThat(reduction.steps()).isEmpty();
        assertThat(Tensors.toFloatArray(left)).isEqualTo(Tensors.toFloatArray(tokens));
        return;
      }
      EViTReduction.Step step = reduction.steps().get(0);
      file.assertClose("in.cls_attn", step.scores(), DType.FP32);
      assertThat(Values.ints(step.kept())).isEqualTo(kept);
      assertThat(Values.ints(step.dropped())).isEqualTo(file.ints("out.drop_idx"));
    }
  }

  /** The row of CLS for every query: what CLS does not give to patches it gives to itself. */
  private static Tensor map(Tensor attention) {
    Tensor own = attention.sum(new long[] {1}, true, null).neg().add(new Scalar(1));
    Tensor row = Tensors.concat(1, own, attention).unsqueeze(1); // [1, 1, S]
    return row.expand(1, row.size(2), row.size(2));
  }
}
