// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tokenzip.compress.OutputToken;
import org.tokenzip.compress.OutputToken.Kind;
import org.tokenzip.compress.Provenance;
import org.tokenzip.compress.VisualSequence;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.NoLeaks;

@ExtendWith(NoLeaks.class)
class AnyresLayoutTest {
  private static final float NEWLINE = -1;

  @ParameterizedTest
  @CsvSource({
    "12, 4,  170,   60,  0,  0, 12,  4",
    " 4, 12,  50,  150,  0,  0,  4, 12",
    " 8, 8,  123,   77,  0,  1,  8,  6",
    "48, 24, 640,  480,  8,  0, 32, 24",
    // 110 · 24 / 176 is 15 but for float noise, which must not cost a column.
    "48, 24, 110,  176, 16,  0, 16, 24",
    "48, 48, 1000,   1,  0, 24, 48,  0",
    "48, 48,   1, 1000, 24,  0,  0, 48",
  })
  void theBorderIsCutOffTheMap(
      int width, int height, int w, int h, int left, int top, int columns, int rows) {
    assertThat(MapCrop.of(width, height, w, h)).isEqualTo(new MapCrop(left, top, columns, rows));
  }

  @Test
  void rowsRunThroughTheCropsAndEndInANewline() {
    try (TensorScope scope = new TensorScope()) {
      // Two crops of 2 x 2 cells side by side; the picture fills them.
      VisualSequence sequence = sequence(layout(2, 2, 1, 200, 100, null), 2);
      assertThat(values(sequence))
          .containsExactly(0, 1, 2, 3, 4, 5, 8, 9, NEWLINE, 6, 7, 10, 11, NEWLINE);
      assertAccount(sequence);
    }
  }

  @Test
  void cellsInTheBorderAreLeftOut() {
    try (TensorScope scope = new TensorScope()) {
      VisualSequence sequence = sequence(layout(2, 2, 2, 400, 200, null), 2);
      assertThat(values(sequence))
          .containsExactly(0, 1, 2, 3, 6, 7, 10, 11, NEWLINE, 12, 13, 16, 17, NEWLINE);
      assertAccount(sequence);
    }
  }

  @Test
  void pooledViewsAreStitchedBySmallerSides() {
    try (TensorScope scope = new TensorScope()) {
      VisualSequence sequence = sequence(layout(4, 2, 1, 200, 100, null), 1);
      assertThat(values(sequence)).containsExactly(0, 1, 2, NEWLINE);
    }
  }

  @Test
  void aLineOfPixelsIsSeenAsAWholeOnly() {
    try (TensorScope scope = new TensorScope()) {
      AnyresLayout layout = layout(2, 2, 2, 1000, 1, 4);
      VisualSequence sequence = sequence(layout, 2);
      assertThat(values(sequence)).containsExactly(0, 1, 2, 3);
      assertThat(layout.uncompressedTokens()).isEqualTo(4);
    }
  }

  @Test
  void aMapOfTooManyCellsIsScaledDownAndSaysFromWhere() {
    try (TensorScope scope = new TensorScope()) {
      // 4 x 4 cells where one crop's 2 x 2 are allowed: every second place, mixed from four.
      AnyresLayout layout = layout(2, 2, 2, 100, 100, 1);
      VisualSequence sequence = sequence(layout, 2);
      List<OutputToken> tokens = sequence.provenance().tokens();
      assertThat(values(sequence))
          .containsExactly(0, 1, 2, 3, 5.5f, 9.5f, NEWLINE, 13.5f, 17.5f, NEWLINE);
      assertThat(layout.uncompressedTokens()).isEqualTo(10);
      assertThat(tokens.get(4).kind()).isEqualTo(Kind.POOLED);
      assertThat(tokens.get(4).view()).isEqualTo(1);
      assertThat(tokens.get(4).sources()).containsExactly(4, 5, 6, 7);
      assertThat(tokens.get(8).sources()).containsExactly(16, 17, 18, 19);
      assertThat(tokens.get(6).kind()).isEqualTo(Kind.NEWLINE);
    }
  }

  @Test
  void framesAreHalvedUnlessTheyArePooledAlready() {
    try (TensorScope scope = new TensorScope()) {
      Tensor newline = Tensors.vector(NEWLINE);
      PooledFrames frames = new PooledFrames(2, 3, newline);
      VisualSequence halved = frames.sequence(cells(2, 3), 3, Provenance.everyPatch(2, 9, false));
      assertThat(frames.uncompressedTokens()).isEqualTo(9);
      assertThat(values(halved)).hasSize(9).endsWith(NEWLINE);
      // Places 0 and 1 of an axis of two lie at 0.25 and 1.75 of three.
      assertThat(values(halved)[0]).isEqualTo(1);
      assertThat(halved.provenance().tokens().get(0).sources()).containsExactly(0, 1, 3, 4);
      assertThat(halved.provenance().tokens().get(7).sources()).containsExactly(13, 14, 16, 17);
      VisualSequence pooled = frames.sequence(cells(2, 2), 2, Provenance.everyPatch(2, 4, false));
      assertThat(values(pooled)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, NEWLINE);
      assertThat(pooled.provenance().tokens().get(5).anchor()).isEqualTo(5);
    }
  }

  private static AnyresLayout layout(
      int side, int columns, int rows, int width, int height, @Nullable Integer maxTiles) {
    Tensor newline = Tensors.vector(NEWLINE);
    return new AnyresLayout(side, columns, rows, width, height, maxTiles, newline);
  }

  private static VisualSequence sequence(AnyresLayout layout, int side) {
    return layout.sequence(
        cells(layout.views(), side),
        side,
        Provenance.everyPatch(layout.views(), side * side, false));
  }

  /** Cells of width 1 that hold their own numbers. */
  private static Tensor cells(int views, int side) {
    float[] numbers = new float[views * side * side];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i;
    }
    return Tensors.of(numbers, views, (long) side * side, 1);
  }

  private static float[] values(VisualSequence sequence) {
    return Tensors.toFloatArray(sequence.tokens());
  }

  /** The account names for every token the number it holds. */
  private static void assertAccount(VisualSequence sequence) {
    int[] anchors = sequence.provenance().tokens().stream().mapToInt(OutputToken::anchor).toArray();
    float[] held = values(sequence);
    int[] expected = new int[held.length];
    Arrays.setAll(expected, i -> (int) held[i]);
    assertThat(anchors).isEqualTo(expected);
  }
}
