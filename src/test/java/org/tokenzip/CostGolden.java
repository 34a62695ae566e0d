// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Collections;
import java.util.List;
import org.tokenzip.model.llama.DecoderCost;
import org.tokenzip.tensor.DType;

/** Vectors of the cost models (METHODS, section 8): rows of tokens, width, inner width, layers. */
final class CostGolden {
  private CostGolden() {}

  static void check(GoldenFile file, DType dtype) {
    int[] shapes = file.ints("in.shape_idx");
    double[] exact = file.doubles("out.exact_flops");
    double[] paper = file.doubles("out.paper_macs");
    assertThat(exact).hasSize(shapes.length / 4).isNotEmpty();
    for (int i = 0; i < exact.length; i++) {
      int width = shapes[4 * i + 1];
      DecoderCost cost = new DecoderCost(width, width, width, shapes[4 * i + 2], true);
      List<Integer> lengths = Collections.nCopies(shapes[4 * i + 3], shapes[4 * i]);
      assertThat(cost.prefillFlops(lengths, lengths)).isCloseTo(exact[i], withinPercentage(1e-9));
      assertThat(cost.paperMacs(lengths)).isCloseTo(paper[i], withinPercentage(1e-9));
      assertThat(cost.kvCacheBytes(lengths, dtype))
          .isEqualTo(2L * shapes[4 * i] * width * shapes[4 * i + 3] * dtype.bytes());
    }
  }
}
