// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EViTOptionsTest {
  @ParameterizedTest
  @CsvSource({"192, 398, 276, 191", "128, 348, 210, 127", "64, 276, 132, 63"})
  void budgetsAreReachedInThreeEqualSteps(int keep, int first, int second, int third) {
    assertThat(EViTOptions.counts(keep, 576, 3, true)).containsExactly(first, second, third);
    assertThat(EViTOptions.counts(keep, 576, 3, false))
        .containsExactly(first + 1, second + 1, third + 1);
  }

  @Test
  void layersAreQuartersOfTheTower() {
    assertThat(EViTOptions.layers(new TowerShape(23, 24, true))).containsExactly(6, 12, 18);
    assertThat(EViTOptions.layers(new TowerShape(11, 14, true))).containsExactly(3, 6, 9);
    assertThat(EViTOptions.layers(new TowerShape(4, 16, true))).containsExactly(1, 2, 3);
    assertThat(EViTOptions.layers(new TowerShape(1, 16, true))).containsExactly(0);
  }

  @Test
  void theEdgesOfABudget() {
    assertThat(EViTOptions.counts(2, 16, 3, true)).containsExactly(7, 3, 1);
    assertThat(EViTOptions.counts(16, 16, 3, true)).containsExactly(16, 16, 16);
    assertThat(EViTOptions.counts(99, 16, 3, true)).containsExactly(16, 16, 16);
    assertThat(EViTOptions.counts(1, 16, 3, false)).containsExactly(6, 3, 1);
    assertThatThrownBy(() -> EViTOptions.counts(1, 16, 3, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("keep: expected 2 or more tokens, one of which is the fused one, got 1");
  }

  @Test
  void aRateIsRoundedUp() {
    EViTOptions options = EViTOptions.defaults();
    assertThat(options.kept(6, 576)).isEqualTo(404);
    assertThat(options.kept(12, 405)).isEqualTo(284);
    assertThat(options.kept(7, 405)).isEqualTo(405);
    assertThat(new EViTOptions(List.of(0), 0.1, List.of(), true).kept(0, 10)).isEqualTo(1);
  }
}
