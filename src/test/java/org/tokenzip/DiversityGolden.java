// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.compress.CDPruner;
import org.tokenzip.compress.CDPrunerOptions;
import org.tokenzip.compress.DivPrune;
import org.tokenzip.compress.DivPruneOptions;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.compress.VisualSequence;
import org.tokenzip.kernel.CosineMatrix;
import org.tokenzip.kernel.GreedyDpp;
import org.tokenzip.kernel.GreedyMaxMin;
import org.tokenzip.kernel.MatrixKind;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.GuidedPictures;
import org.tokenzip.testing.GuidedPictures.Guide;
import org.tokenzip.testing.Values;

/**
 * Vectors of DivPrune and CDPruner (METHODS, section 7): the order of the picks, and the method.
 */
final class DiversityGolden {
  private DiversityGolden() {}

  static void divPrune(GoldenFile file, DType dtype) {
    assumeTrue(dtype == DType.FP32, "the file does not state how close its decisions are");
    try (TensorScope scope = new TensorScope()) {
      int m = file.parameters().get("m").asInt();
      Tensor tokens = file.tensor("in.tokens", dtype).unsqueeze(0); // [1, n, E]
      Tensor cosine = CosineMatrix.apply(tokens).values();
      assertThat(Values.ints(GreedyMaxMin.apply(cosine, MatrixKind.SIMILARITY, m, true).values()))
          .isEqualTo(file.ints("out.order_idx"));
      checkKept(file, tokens, compress(new DivPrune(DivPruneOptions.ofKeep(m)), tokens, List.of()));
    }
  }

  static void cdPruner(GoldenFile file, DType dtype) {
    assumeTrue(dtype == DType.FP32, "the file does not state how close its decisions are");
    try (TensorScope scope = new TensorScope()) {
      int m = file.parameters().get("m").asInt();
      int sign = file.parameters().get("sign").asInt();
      Tensor tokens = file.tensor("in.features", dtype).unsqueeze(0); // [1, n, E]
      Tensor image = file.tensor("in.image_embeds", dtype); // [n, P]
      Tensor text = file.tensor("in.text_embeds", dtype); // [K, P]
      Guide guide = new Guide(true, image, text, 1, sign);
      CDPruner method = new CDPruner(CDPrunerOptions.forBudget(m));
      VisualSequence kept = compress(method, tokens, List.of(guide));
      checkKept(file, tokens, kept);
      Tensor weight = Tensors.of(kept.provenance().scores(), 1, tokens.size(1));
      file.assertClose("out.relevance", weight, dtype);
      Tensor cosine = CosineMatrix.apply(tokens).values();
      assertThat(Values.ints(GreedyDpp.apply(cosine, weight, m, true).values()))
          .isEqualTo(file.ints("out.order_idx"));
    }
  }

  private static VisualSequence compress(
      TokenCompressor method, Tensor tokens, List<Guide> guides) {
    return GuidedPictures.compress(
            method, tokens, List.of(GuidedPictures.line((int) tokens.size(1))), guides)
        .get(0);
  }

  private static void checkKept(GoldenFile file, Tensor tokens, VisualSequence kept) {
    int[] expected = file.ints("out.keep_idx");
    assertThat(kept.provenance().keptPatches()).isEqualTo(expected);
    long[] rows = Arrays.stream(expected).asLongStream().toArray();
    assertThat(Tensors.toFloatArray(kept.tokens()))
        .isEqualTo(Tensors.toFloatArray(tokens.select(0, 0).index_select(0, Tensors.vector(rows))));
  }
}
