// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.kernel.AttentionRowFromMap;
import org.tokenzip.kernel.HeadReduction;
import org.tokenzip.kernel.TopK;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.Values;

/** Vectors of FastV, composed from operators (METHODS, section 6.3). */
final class FastVGolden {
  private FastVGolden() {}

  static void check(GoldenFile file, DType dtype) {
    try (TensorScope scope = new TensorScope()) {
      Tensor map = file.tensor("in.attn", dtype).unsqueeze(0); // [1, H, S, S]
      int start = file.parameters().get("v0").asInt();
      int images = file.parameters().get("n_img").asInt();
      int keep = file.parameters().get("keep").asInt();
      Tensor scores =
          AttentionRowFromMap.apply(map, AttentionRowFromMap.LAST, HeadReduction.MEAN)
              .narrow(1, start, images);
      float scale = scores.abs().max().item_float();
      float least = dtype == DType.FP16 ? 4e-3f : 3e-2f;
      assumeTrue(
          dtype == DType.FP32 || file.floats("out.margin")[0] > least * scale,
          () -> "a decision of this file is closer than " + dtype + " can tell apart");
      int[] kept = Values.ints(TopK.apply(scores, keep, false).indices());
      int total = Math.toIntExact(map.size(3));
      int[] positions =
          IntStream.concat(
                  IntStream.concat(
                      IntStream.range(0, start), Arrays.stream(kept).map(i -> start + i)),
                  IntStream.range(start + images, total))
              .toArray();
      assertThat(positions).isEqualTo(file.ints("out.kept_idx"));
      assertThat(Tensors.toFloatArray(scores)).hasSize(images);
    }
  }
}
