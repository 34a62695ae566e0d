// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.tokenzip.testing.GuidedPictures.compress;
import static org.tokenzip.testing.GuidedPictures.square;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tokenzip.kernel.PoolWindows;
import org.tokenzip.kernel.PoolWindows.Cells;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.GuidedPictures.Guide;
import org.tokenzip.testing.GuidedPictures.Row;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.testing.Values;

@ExtendWith(NoLeaks.class)
class PPLLaVATest {
  @ParameterizedTest
  @CsvSource({
    "16, 128, 1, 2, 1, 2", "16, 64, 2, 2, 2, 2", "16, 32, 2, 4, 2, 4", "16, 256, 1, 1, 1, 1",
    "24, 64, 3, 3, 3, 3", "24, 192, 1, 3, 1, 3", "24, 128, 4, 4, 2, 2", "27, 81, 3, 3, 3, 3"
  })
  void aBudgetChoosesTheMostWindowsThatCoverTheGrid(
      int side, int keep, int rows, int columns, int rowStep, int columnStep) {
    PoolWindows windows = PPLLaVAOptions.forBudget(keep).windows(square(side));
    assertThat(windows.kernel()).isEqualTo(new Cells(1, rows, columns));
    assertThat(windows.stride()).isEqualTo(new Cells(1, rowStep, columnStep));
    Cells output = windows.fit(1, side, side).output();
    assertThat((output.rows() - 1) * rowStep + rows).isEqualTo(side);
    assertThat(output.rows() * output.columns()).isLessThanOrEqualTo(keep);
  }

  @Test
  void clipsArePooledInTimeAndCropsInSquares() {
    PPLLaVAOptions options = PPLLaVAOptions.forBudget(32);
    // 32 tokens of each of 32 frames: 1024, as published.
    assertThat(options.windows(new Row(32, 24, 576, 0, null)).kernel())
        .isEqualTo(new Cells(2, 3, 3));
    PoolWindows crops = options.windows(new Row(5, 16, 256, 2, null));
    assertThat(crops.fit(5, 16, 16).output()).isEqualTo(new Cells(5, 5, 5));
    assertThat(crops.kernel()).isEqualTo(new Cells(1, 4, 4));
    assertThat(crops.stride()).isEqualTo(new Cells(1, 3, 3));
  }

  @Test
  void equalCosinesGiveAPlainAverageWithItsWindowsNamed() {
    try (TensorScope scope = new TensorScope()) {
      float[] values = new float[16];
      for (int i = 0; i < values.length; i++) {
        values[i] = i + 1; // one dimension: all cosines are 1
      }
      VisualSequence pooled =
          pool(PPLLaVAOptions.forBudget(4), Tensors.of(values, 1, 16, 1), square(4), axis(1));
      assertThat(Tensors.toFloatArray(pooled.tokens())).containsExactly(3.5f, 5.5f, 11.5f, 13.5f);
      OutputToken last = pooled.provenance().tokens().get(3);
      assertThat(last.kind()).isEqualTo(OutputToken.Kind.POOLED);
      assertThat(last.sources()).containsExactly(10, 11, 14, 15);
    }
  }

  @Test
  void aWindowLeansToWhatFitsTheQuestion() {
    try (TensorScope scope = new TensorScope()) {
      Tensor tokens = Tensors.of(new float[] {1, 0, 0, 1, 0, 1, 0, 1}, 1, 4, 2);
      VisualSequence pooled = pool(PPLLaVAOptions.forBudget(1), tokens, square(2), axis(2));
      float[] token = Tensors.toFloatArray(pooled.tokens());
      assertThat(token[0]).isCloseTo(1, within(1e-6f)); // nearly all of the mass, at 0.01
      assertThat(pooled.provenance().scores()[0]).isGreaterThan(0.99f);
    }
  }

  @Test
  void picturesOfOnePromptShareASoftmaxAndOthersDoNot() {
    try (TensorScope scope = new TensorScope()) {
      Tensor tokens = Values.normal(4, DType.FP32, 2, 16, 3);
      List<Row> layouts = List.of(square(4), square(4));
      PPLLaVA method = new PPLLaVA(PPLLaVAOptions.forBudget(4));
      Guide guide = axis(3);
      List<VisualSequence> together = compress(method, tokens, layouts, List.of(guide, guide));
      assertThat(sum(together.get(0)) + sum(together.get(1))).isCloseTo(1, within(1e-5));
      List<VisualSequence> apart = compress(method, tokens, layouts, List.of(guide, axis(3)));
      assertThat(sum(apart.get(0))).isCloseTo(1, within(1e-5));
      Tensor second = tokens.narrow(0, 1, 1);
      VisualSequence alone = pool(PPLLaVAOptions.forBudget(4), second, square(4), guide);
      assertThat(Tensors.toFloatArray(apart.get(1).tokens()))
          .isEqualTo(Tensors.toFloatArray(alone.tokens()));
    }
  }

  @Test
  void aSingleViewEndsWithTheNewlineOfItsModel() {
    try (TensorScope scope = new TensorScope()) {
      Row layout = new Row(1, 2, 4, 0, Tensors.vector(7f, 7f));
      VisualSequence pooled =
          pool(PPLLaVAOptions.forBudget(1), Values.normal(1, DType.FP32, 1, 4, 2), layout, axis(2));
      assertThat(pooled.tokens().shape()).containsExactly(2, 2);
      assertThat(pooled.provenance().tokens().get(1).kind()).isEqualTo(OutputToken.Kind.NEWLINE);
    }
  }

  @Test
  void windowsOfOnePatchChangeNothing() {
    try (TensorScope scope = new TensorScope()) {
      Tensor tokens = Values.normal(2, DType.FP32, 3, 16, 5);
      Row clip = new Row(3, 4, 16, 0, null);
      for (PPLLaVAOptions options :
          List.of(PPLLaVAOptions.forBudget(16), PPLLaVAOptions.tiles(1, 1, 1))) {
        VisualSequence all =
            compress(new PPLLaVA(options), tokens, List.of(clip), List.of()).get(0);
        assertThat(Tensors.toFloatArray(all.tokens())).isEqualTo(Tensors.toFloatArray(tokens));
        assertThat(all.provenance().keptPatches()).isEqualTo(IntStream.range(0, 48).toArray());
      }
    }
  }

  @Test
  void whatCannotBePooledIsRefused() {
    try (TensorScope scope = new TensorScope()) {
      Tensor tokens = Values.normal(2, DType.FP32, 1, 16, 5);
      assertThatThrownBy(() -> pool(PPLLaVAOptions.tiles(2, 2, 2), tokens, square(4), axis(5)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("2");
      assertThatThrownBy(() -> pool(PPLLaVAOptions.tiles(1, 5, 5), tokens, square(4), axis(5)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("5");
      Guide without = new Guide(false, null, axis(5).text(), 100, 1);
      assertThatThrownBy(() -> pool(PPLLaVAOptions.forBudget(4), tokens, square(4), without))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("expected a text tower paired with the vision tower, found none");
      Row crops = new Row(1, 4, 16, 1, null);
      assertThatThrownBy(() -> pool(PPLLaVAOptions.tiles(1, 1, 2), tokens, crops, axis(5)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("square windows");
    }
  }

  @Test
  void windowsAreSetByName() {
    Budget budget = new Budget(64, new TowerShape(4, 16, true), new DecoderShape(4));
    Map<String, String> set =
        Map.of("kernel", "1,4,2", "temperature", "0.5", "extend-positions", "true");
    PPLLaVAOptions options = PPLLaVAOptions.read(budget, new Settings(set));
    assertThat(options.kernel()).isEqualTo(new Cells(1, 4, 2)).isEqualTo(options.stride());
    assertThat(options.temperature()).isEqualTo(0.5f);
    assertThat(options.extendPositions()).isTrue();
    PPLLaVAOptions output = PPLLaVAOptions.read(budget, new Settings(Map.of("output", "1,5,5")));
    assertThat(output.windows(square(16)).fit(1, 16, 16).kernel()).isEqualTo(new Cells(1, 4, 4));
  }

  /** A question in the direction of the first of so many axes. */
  private static Guide axis(int width) {
    float[] text = new float[width];
    text[0] = 1;
    return new Guide(true, null, Tensors.of(text, 1, width), 100, 1);
  }

  private static VisualSequence pool(
      PPLLaVAOptions options, Tensor tokens, Row layout, Guide guide) {
    return compress(new PPLLaVA(options), tokens, List.of(layout), List.of(guide)).get(0);
  }

  private static double sum(VisualSequence sequence) {
    double sum = 0;
    for (float score : sequence.provenance().scores()) {
      sum += score;
    }
    return sum;
  }
}
