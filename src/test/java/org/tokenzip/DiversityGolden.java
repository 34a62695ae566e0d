// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.kernel.CosineMatrix;
import org.tokenzip.kernel.GreedyDpp;
import org.tokenzip.kernel.GreedyMaxMin;
import org.tokenzip.kernel.MatrixKind;
import org.tokenzip.kernel.MinMaxRelevance;
import org.tokenzip.kernel.Relevance;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.testing.Values;

/** Vectors of DivPrune and CDPruner, composed from operators (METHODS, section 7). */
final class DiversityGolden {
  private DiversityGolden() {}

  static void divPrune(GoldenFile file, DType dtype) {
    assumeTrue(dtype == DType.FP32, "the file does not state how close its decisions are");
    try (TensorScope scope = new TensorScope()) {
      Tensor cosine = cosines(file, "in.tokens", dtype);
      long m = file.parameters().get("m").asLong();
      checkPicks(
          file, Values.ints(GreedyMaxMin.apply(cosine, MatrixKind.SIMILARITY, m, true).values()));
      assertThat(Values.ints(GreedyMaxMin.apply(cosine, MatrixKind.SIMILARITY, m, false).values()))
          .isEqualTo(file.ints("out.keep_idx"));
    }
  }

  static void cdPruner(GoldenFile file, DType dtype) {
    assumeTrue(dtype == DType.FP32, "the file does not state how close its decisions are");
    try (TensorScope scope = new TensorScope()) {
      Tensor image = file.tensor("in.image_embeds", dtype).unsqueeze(0); // [1, n, P]
      Tensor text = file.tensor("in.text_embeds", dtype).unsqueeze(0); // [1, K, P]
      float sign = (float) file.parameters().get("sign").asDouble();
      Tensor relevance = Relevance.apply(image, text, sign, false).values();
      Tensor weight = MinMaxRelevance.apply(relevance);
      file.assertClose("out.relevance", weight, dtype);
      Tensor cosine = cosines(file, "in.features", dtype);
      long m = file.parameters().get("m").asLong();
      checkPicks(file, Values.ints(GreedyDpp.apply(cosine, weight, m, true).values()));
    }
  }

  private static Tensor cosines(GoldenFile file, String name, DType dtype) {
    return CosineMatrix.apply(file.tensor(name, dtype).unsqueeze(0)).values(); // [1, n, n]
  }

  private static void checkPicks(GoldenFile file, int[] ranked) {
    assertThat(ranked).isEqualTo(file.ints("out.order_idx"));
    int[] ascending = ranked.clone();
    Arrays.sort(ascending);
    assertThat(ascending).isEqualTo(file.ints("out.keep_idx"));
  }
}
