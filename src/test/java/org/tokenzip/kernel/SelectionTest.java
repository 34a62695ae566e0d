// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.tokenzip.runtime.Device;
import org.tokenzip.runtime.NonFiniteInputException;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.testing.Values;

/** What scores choose: literal examples, ties, ragged pictures, and what is refused. */
class SelectionTest {
  @RegisterExtension static final NoLeaks NO_LEAKS = new NoLeaks();

  @Test
  void topKGivesTiesToTheLowerIndex() {
    try (TensorScope scope = new TensorScope()) {
      Tensor scores = Tensors.of(new float[] {1, 3, 3, 2, 3}, 1, 5);
      assertThat(Values.ints(TopK.apply(scores, 2, false).indices())).containsExactly(1, 2);
      TopK.Result ranked = TopK.apply(scores, 4, true);
      assertThat(Values.ints(ranked.indices())).containsExactly(1, 2, 4, 3);
      assertThat(Tensors.toFloatArray(ranked.values())).containsExactly(3, 3, 3, 2);
      assertThat(TopK.apply(scores, 0, false).indices().shape()).containsExactly(1, 0);
      ranked.requireFinite();
    }
  }

  @Test
  void aShortPictureOfARaggedBatchFillsItsListUp() {
    try (TensorScope scope = new TensorScope()) {
      Tensor offsets = Tensors.vector(0L, 1L, 5L).to(ScalarType.Int);
      Ragged ragged = new Ragged(2, 4, LibtorchView.view(offsets));
      Tensor scores = Tensors.of(new float[] {7, 1, 4, 2, 3}, 1, 5);
      TopK.Result top = TopK.apply(ragged, scores, 2, true);
      assertThat(Values.ints(top.indices())).containsExactly(0, -1, 1, 3);
      assertThat(Tensors.toFloatArray(top.values())).containsExactly(7, 0, 4, 3);
      assertThatThrownBy(() -> new Ragged(3, 4, LibtorchView.view(offsets)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("offsets: expected int32 [4], contiguous, got int32 [3]");
    }
  }

  @Test
  void whatIsMoreThanTheListTakesIsCounted() {
    try (TensorScope scope = new TensorScope()) {
      Tensor scores = Tensors.of(new float[] {5, 1, 5, 6, 4}, 1, 5);
      ThresholdSelect.Result found = ThresholdSelect.apply(scores, Tensors.vector(5f), 2);
      assertThat(Values.ints(found.indices())).containsExactly(0, 2);
      assertThat(Values.ints(found.count())).containsExactly(3);
      QuantileSelect.Result rows = QuantileSelect.apply(scores.unsqueeze(0), 0.5, 4);
      assertThat(Values.ints(rows.indices())).containsExactly(0, 2, 3, -1);
      assertThat(Values.ints(rows.count())).containsExactly(3);
      assertThat(QuantileSelect.count(0.998, 501)).isEqualTo(2);
    }
  }

  @Test
  void targetsLieAtEqualDistances() {
    try (TensorScope scope = new TensorScope()) {
      assertThat(Values.ints(StrideTargets.apply(Device.CPU, 1, 10, 3))).containsExactly(0, 3, 6);
      Tensor counts = Tensors.vector(2L, 7L).to(ScalarType.Int);
      assertThat(Values.ints(StrideTargets.apply(counts, 7, 3))).containsExactly(0, 1, -1, 0, 2, 4);
    }
  }

  @Test
  void theLargestOfAWindowIsPenalised() {
    try (TensorScope scope = new TensorScope()) {
      Tensor scores = Tensors.of(new float[] {1, 4, -1, -2, 2, 3, -4, -3, 9}, 1, 9);
      Tensor cells = Tensors.vector(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L).to(ScalarType.Int);
      // Windows of 2 x 2 on a grid of 3 x 3: cells 0, 1, 3 and 4 are the only complete one.
      FlaggedTensor penalised =
          LocalPenalty.apply(new LocalPenalty.Grid(3, 3, 2, 2, 2), scores, cells.unsqueeze(0));
      assertThat(Tensors.toFloatArray(penalised.requireFinite()))
          .containsExactly(1, 8, -1, -2, 2, 3, -4, -3, 9);
    }
  }

  @Test
  void badArgumentsAndNansAreRefused() {
    try (TensorScope scope = new TensorScope()) {
      Tensor scores = Tensors.of(new float[] {1, Float.NaN, 3}, 1, 3);
      assertThatThrownBy(() -> TopK.apply(scores, 4, false))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> TopK.apply(scores, 2, false))
          .isInstanceOf(NonFiniteInputException.class)
          .hasMessageContaining("in image 0 of 1");
      assertThatThrownBy(() -> QuantileSelect.apply(scores.unsqueeze(0), 1.5, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
