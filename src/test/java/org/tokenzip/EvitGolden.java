// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tokenzip.IndexLists.complement;
import static org.tokenzip.IndexLists.join;
import static org.tokenzip.IndexLists.plan;
import static org.tokenzip.IndexLists.plus;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.kernel.Layout;
import org.tokenzip.kernel.TopK;
import org.tokenzip.kernel.WeightedSum;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.testing.Values;

/** Vectors of EViT, composed from operators (METHODS, section 6.2). Scores are always fp32. */
final class EvitGolden {
  private EvitGolden() {}

  static void check(GoldenFile file, DType dtype) {
    try (TensorScope scope = new TensorScope()) {
      Tensor tokens = file.tensor("in.tokens", dtype).unsqueeze(0); // [1, 1 + n, D]
      Tensor attention = file.tensor("in.cls_attn", DType.FP32).unsqueeze(0); // [1, n]
      int n = Math.toIntExact(attention.size(1));
      int[] keep =
          Values.ints(
              TopK.apply(attention, file.parameters().get("keep").asLong(), false).indices());
      int[] drop = complement(n, keep);
      assertThat(keep).isEqualTo(file.ints("out.keep_idx"));
      assertThat(drop).isEqualTo(file.ints("out.drop_idx"));

      boolean fuse = file.parameters().get("fuse").asBoolean() && drop.length > 0;
      Tensor fused =
          WeightedSum.apply(
              null, tokens.narrow(1, 1, n), attention, IndexLists.tensor(drop)); // [1, 1, D]
      Tensor plan = plan(join(new int[] {0}, plus(keep, 1)), fuse ? 1 : 0);
      file.assertClose("out.tokens", Layout.apply(List.of(tokens, fused), plan), dtype);
    }
  }
}
