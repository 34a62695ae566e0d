// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tokenzip.compress.OutputToken.Kind;
import org.tokenzip.model.SingleView;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.testing.Values;

/** Baselines, on patches whose one feature is their number. */
@ExtendWith(NoLeaks.class)
class BaselinesTest {
  /** One picture of {@code side} by {@code side} patches behind a CLS token. */
  private static VisualSequence compress(TokenCompressor method, int side) {
    int positions = side * side + 1;
    float[] numbers = new float[positions];
    IntStream.range(0, positions).forEach(i -> numbers[i] = i - 1f);
    VisionFeatures features =
        new VisionFeatures(
            Tensors.of(numbers, 1, positions, 1),
            Values.normal(2, DType.FP32, 1, 1, 1, 4),
            Values.normal(3, DType.FP32, 1, 1, positions, 4),
            true);
    VisualBatch.Picture picture = new VisualBatch.Picture(0, new SingleView(side), null);
    return method
        .betweenTowerAndDecoder(
            new VisualBatch(features, null, List.of(picture), tokens -> tokens.clone()))
        .get(0);
  }

  private static int[] kept(TokenCompressor method, int side) {
    try (TensorScope scope = new TensorScope()) {
      VisualSequence sequence = compress(method, side);
      int[] kept = sequence.provenance().keptPatches();
      assertThat(Values.ints(sequence.tokens())).isEqualTo(kept);
      return kept;
    }
  }

  @Test
  void theSameSeedDrawsTheSamePatches() {
    int[] drawn = kept(new RandomTokens(64, 5), 16);
    assertThat(drawn).hasSize(64).isSorted().doesNotHaveDuplicates();
    assertThat(kept(new RandomTokens(64, 5), 16)).isEqualTo(drawn);
    assertThat(kept(new RandomTokens(64, 6), 16)).isNotEqualTo(drawn);
    assertThat(kept(new RandomTokens(5, 0), 4)).containsExactly(0, 1, 2, 11, 15);
    int[] often = new int[16];
    for (int seed = 0; seed < 400; seed++) {
      Arrays.stream(kept(new RandomTokens(4, seed), 4)).forEach(patch -> often[patch]++);
    }
    assertThat(Arrays.stream(often)).allMatch(times -> times > 60 && times < 140);
  }

  @Test
  void regularPatternsWhereTheBudgetDividesTheGrid() {
    assertThat(kept(new StrideTokens(4), 4)).containsExactly(0, 2, 8, 10);
    assertThat(kept(new StrideTokens(8), 4)).containsExactly(0, 2, 5, 7, 8, 10, 13, 15);
    assertThat(kept(new StrideTokens(2), 4)).containsExactly(0, 10);
    assertThat(kept(new StrideTokens(1), 4)).containsExactly(5);
    assertThat(kept(new StrideTokens(4), 6)).containsExactly(7, 10, 25, 28);
    assertThat(kept(new StrideTokens(5), 4)).containsExactly(0, 3, 6, 9, 12);
    assertThat(kept(new StrideTokens(64), 24)).startsWith(25, 28, 31);
    assertThat(kept(new StrideTokens(192), 24)).startsWith(0, 3, 6).endsWith(573);
  }

  @ParameterizedTest
  @CsvSource({
    "16, 128, 16, 8", "16, 64, 8, 8", "16, 32, 8, 4", "16, 100, 15, 5", "16, 1, 1, 1",
    "24, 192, 24, 8", "24, 128, 11, 11", "24, 64, 8, 8", "24, 23, 7, 3", "27, 300, 27, 9",
    "27, 128, 13, 9", "13, 64, 12, 4", "27, 728, 27, 26", "27, 729, 27, 27"
  })
  void windowsComeClosestToTheBudgetFromBelow(int side, int keep, int rows, int columns) {
    assertThat(AveragePool.forBudget(keep, side).grid()).containsExactly(rows, columns);
    GridWindows square = GridWindows.forBudget(keep, side, true);
    assertThat(square.rows()).isEqualTo(square.columns());
    assertThat(square.cells()).isLessThanOrEqualTo(keep).isLessThanOrEqualTo(rows * columns);
  }

  /** METHODS 5.2: the last window ends where the grid ends, and no patch is left out. */
  @Test
  void windowsOfEveryBudgetCoverTheGrid() {
    for (int side = 1; side <= 27; side++) {
      for (int keep = 1; keep <= side * side; keep++) {
        GridWindows windows = GridWindows.forBudget(keep, side, false);
        for (GridWindows.Side along : List.of(windows.rows(), windows.columns())) {
          assertThat((along.number() - 1) * along.step() + along.size()).isEqualTo(side);
          assertThat(along.size()).isBetween(along.step(), 2 * along.step());
        }
        assertThat(windows.cells()).isBetween(1, keep);
      }
    }
  }

  @Test
  void windowsOfABudgetMayOverlap() {
    try (TensorScope scope = new TensorScope()) {
      // Of 5 patches a side two windows of 3, two apart: patch 2 is in both.
      VisualSequence pooled = compress(AveragePool.forBudget(4, 5), 5);
      float[] means = {6, 8, 16, 18};
      assertThat(Tensors.toFloatArray(pooled.tokens())).containsExactly(means, within(1e-5f));
      assertThat(pooled.provenance().tokens().get(3).sources())
          .containsExactly(12, 13, 14, 17, 18, 19, 22, 23, 24);
    }
  }

  @Test
  void windowsAreAveraged() {
    try (TensorScope scope = new TensorScope()) {
      VisualSequence pooled = compress(AveragePool.tiles(1, 2, 4), 4);
      assertThat(Tensors.toFloatArray(pooled.tokens()))
          .containsExactly(0.5f, 2.5f, 4.5f, 6.5f, 8.5f, 10.5f, 12.5f, 14.5f);
      OutputToken token = pooled.provenance().tokens().get(3);
      assertThat(token.kind()).isEqualTo(Kind.POOLED);
      assertThat(token.sources()).containsExactly(6, 7);

      VisualSequence square = compress(AveragePool.tiles(2, 2, 4), 4);
      assertThat(Tensors.toFloatArray(square.tokens())).containsExactly(2.5f, 4.5f, 10.5f, 12.5f);
      assertThat(square.provenance().tokens().get(3).sources()).containsExactly(10, 11, 14, 15);
      assertThatThrownBy(() -> AveragePool.tiles(3, 1, 4))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "window: expected sides that divide the grid of 4 patches a side, got 3 by 1");
      assertThatThrownBy(() -> compress(AveragePool.forBudget(4, 5), 4))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("average-pool: expected a grid of 5 patches a side, got 4");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "16, 256, 16, 16",
    "16, 128, 16, 8",
    "16, 64, 8, 8",
    "16, 32, 8, 4",
    "24, 192, 16, 12",
    "24, 128, 16, 8",
    "24, 64, 8, 8",
    "16, 1, 1, 1",
    "16, 17, 4, 4"
  })
  void gridsComeClosestToTheBudgetFromBelow(int side, int keep, int rows, int columns) {
    assertThat(DownSample.forBudget(keep, side)).isEqualTo(new DownSample(rows, columns));
  }

  @Test
  void gridsAreInterpolated() {
    try (TensorScope scope = new TensorScope()) {
      VisualSequence half = compress(new DownSample(2, 2), 4);
      assertThat(Tensors.toFloatArray(half.tokens())).containsExactly(2.5f, 4.5f, 10.5f, 12.5f);
      assertThat(half.provenance().tokens().get(0).sources()).containsExactly(0, 1, 4, 5);
      VisualSequence third = compress(new DownSample(2, 1), 6);
      assertThat(Tensors.toFloatArray(third.tokens())).containsExactly(8.5f, 26.5f);
      assertThat(third.provenance().tokens().get(0).sources()).containsExactly(8, 9);
    }
  }

  @Test
  void aBudgetOfAllPatchesChangesNothing() {
    try (TensorScope scope = new TensorScope()) {
      float[] all = Tensors.toFloatArray(compress(new NoCompression(), 4).tokens());
      for (TokenCompressor method :
          List.of(
              new RandomTokens(16, 0),
              new RandomTokens(99, 0),
              new StrideTokens(16),
              AveragePool.forBudget(16, 4),
              DownSample.forBudget(16, 4))) {
        VisualSequence sequence = compress(method, 4);
        assertThat(Tensors.toFloatArray(sequence.tokens())).as(method.name()).isEqualTo(all);
        assertThat(sequence.provenance().keptPatches()).hasSize(16);
      }
    }
  }
}
