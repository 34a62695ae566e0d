// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tokenzip.tensor.DType;

/** The figures that papers print, METHODS section 8. */
class DecoderCostTest {
  private static final DecoderCost SEVEN = new DecoderCost(4096, 4096, 4096, 11008, true);
  private static final DecoderCost THIRTEEN = new DecoderCost(5120, 5120, 5120, 13824, true);

  @ParameterizedTest
  @CsvSource({"576, 8.45", "192, 3.30", "128, 2.45", "64, 1.61"})
  void tflopsOfSevenBillionParameters(int visual, double printed) {
    List<Integer> lengths = Collections.nCopies(32, visual + 60);
    assertThat(SEVEN.prefillFlops(lengths, lengths) / 1e12).isCloseTo(printed, within(0.005));
  }

  @Test
  void tflopsOfThirteenBillionParameters() {
    List<Integer> lengths = Collections.nCopies(40, 576 + 512);
    assertThat(THIRTEEN.prefillFlops(lengths, lengths) / 1e12).isCloseTo(28.6, within(0.05));
  }

  @ParameterizedTest
  @CsvSource({"636, 333", "124, 65"})
  void megabytesOfTheKeyValueCache(int tokens, int printed) {
    List<Integer> lengths = Collections.nCopies(32, tokens);
    assertThat(SEVEN.kvCacheBytes(lengths, DType.FP16) / 1e6).isCloseTo(printed, within(0.5));
  }

  @Test
  void aReductionBehindAttentionShortensTheFeedForwardPartOfItsLayer() {
    DecoderCost small = new DecoderCost(2, 2, 1, 3, true);
    // per token 2 (2 d q + 2 d k) for projections, 2 · 2 n q for attention, 2 · 3 d m behind it
    double attention = 10 * 2 * (2 * 4 + 2 * 2) + 2 * 2 * 100 * 2;
    assertThat(small.prefillFlops(List.of(10), List.of(10))).isEqualTo(attention + 10 * 36);
    assertThat(small.prefillFlops(List.of(10), List.of(7))).isEqualTo(attention + 7 * 36);
    assertThat(small.kvCacheBytes(List.of(10, 7), DType.FP16)).isEqualTo(2 * 17 * 2);
  }

  /** The published ratio of FastV at K = 2 and R = 0.5. */
  @Test
  void theCountOfPapersGivesTheirRatios() {
    List<Integer> lengths = new ArrayList<>(Collections.nCopies(2, 576));
    lengths.addAll(Collections.nCopies(30, 288));
    double ratio = SEVEN.paperMacs(lengths) / SEVEN.paperMacs(Collections.nCopies(32, 576));
    assertThat(ratio).isCloseTo(0.52, within(0.01));
  }
}
