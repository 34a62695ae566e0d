// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SquarePaddingTest {
  private static final SquarePadding GREY = new SquarePadding(7, 7, 7);

  @Test
  void theColourIsTheMeanRoundedDown() {
    assertThat(SquarePadding.ofMean(List.of(0.48145466, 0.4578275, 0.40821073)))
        .isEqualTo(new SquarePadding(122, 116, 104));
  }

  @Test
  void whereTheMiddleIsNoPixelThePictureStandsBeforeIt() {
    RgbImage wide = new RgbImage(2, 1, new byte[] {1, 2, 3, 4, 5, 6});
    assertThat(GREY.apply(wide).rgb()).containsExactly(1, 2, 3, 4, 5, 6, 7, 7, 7, 7, 7, 7);
    RgbImage high = new RgbImage(1, 2, new byte[] {1, 2, 3, 4, 5, 6});
    assertThat(GREY.apply(high).rgb()).containsExactly(1, 2, 3, 7, 7, 7, 4, 5, 6, 7, 7, 7);
  }

  @Test
  void aSquareStaysAsItIsAndATooLargeOneIsRefused() {
    RgbImage square = new RgbImage(1, 1, new byte[] {1, 2, 3});
    assertThat(GREY.apply(square)).isSameAs(square);
    RgbImage line = new RgbImage(16_000, 1, new byte[48_000]);
    assertThatThrownBy(() -> GREY.apply(line))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("The padded picture may have at most");
  }
}
