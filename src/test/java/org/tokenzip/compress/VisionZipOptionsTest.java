// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tokenzip.kernel.MergeMode;

class VisionZipOptionsTest {
  @ParameterizedTest
  @CsvSource({"192, 162, 30", "128, 108, 20", "64, 54, 10", "32, 27, 5", "17, 14, 3", "1, 1, 0"})
  void budgetsAreDividedAsPublished(int keep, int dominant, int contextual) {
    VisionZipOptions options = VisionZipOptions.forBudget(keep);
    assertThat(options)
        .isEqualTo(new VisionZipOptions(dominant, contextual, MergeMode.TARGET_PLUS_MEAN));
    assertThat(options.outputTokens()).isEqualTo(keep);
  }

  @Test
  void impossibleBudgetsAreRefused() {
    assertThatThrownBy(() -> VisionZipOptions.forBudget(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("keep: expected 1 or more tokens, got 0");
    assertThatThrownBy(() -> new VisionZipOptions(-1, 5, MergeMode.TARGET_PLUS_MEAN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dominant: expected 0 or more tokens, CLS included, got -1");
    assertThatThrownBy(() -> new VisionZipOptions(5, -1, MergeMode.TARGET_PLUS_MEAN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("contextual: expected 0 or more tokens, got -1");
    assertThatThrownBy(() -> new VisionZipOptions(Integer.MAX_VALUE, 1, MergeMode.TARGET_PLUS_MEAN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "dominant and contextual: expected at most 2147483647 tokens together, got 2147483648");
  }
}
