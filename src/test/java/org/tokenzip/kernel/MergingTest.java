// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.NoLeaks;

/** Moving and merging of rows: literal examples, absent indices, and what is refused. */
class MergingTest {
  @RegisterExtension static final NoLeaks NO_LEAKS = new NoLeaks();

  /** Three tokens of width 2. */
  private static Tensor rows() {
    return Tensors.of(new float[] {1, 2, 3, 4, 5, 6}, 1, 3, 2);
  }

  private static Tensor index(long... values) {
    return Tensors.vector(values).to(ScalarType.Int).unsqueeze(0);
  }

  @Test
  void rowsAreCopiedAsTheyAre() {
    try (TensorScope scope = new TensorScope()) {
      assertThat(Tensors.toFloatArray(Gather.apply(rows(), index(2, -1, 0))))
          .containsExactly(5, 6, 0, 0, 1, 2);
      Tensor newline = Tensors.of(new float[] {7, 8}, 1, 1, 2);
      Tensor plan = index(0, 1, 1, 0, 2, 0).reshape(1, 3, 2);
      assertThat(Tensors.toFloatArray(Layout.apply(List.of(rows(), newline), plan)))
          .containsExactly(3, 4, 7, 8, 0, 0);
    }
  }

  @Test
  void indicesOfARaggedBatchCountWithinThePicture() {
    try (TensorScope scope = new TensorScope()) {
      Tensor offsets = Tensors.vector(0L, 1L, 3L).to(ScalarType.Int);
      Ragged ragged = new Ragged(2, 2, LibtorchView.view(offsets));
      Tensor second = index(1, 1).reshape(2, 1);
      assertThat(Tensors.toFloatArray(Gather.apply(ragged, rows(), second)))
          .containsExactly(0, 0, 5, 6);
    }
  }

  @Test
  void sumsTakeWhatTheIndexNames() {
    try (TensorScope scope = new TensorScope()) {
      Tensor weight = Tensors.of(new float[] {1, 0.5f, 2}, 1, 3);
      assertThat(Tensors.toFloatArray(WeightedSum.apply(rows(), weight)))
          .containsExactly(12.5f, 16);
      assertThat(Tensors.toFloatArray(WeightedSum.apply(null, rows(), weight, index(2, -1))))
          .containsExactly(10, 12);
      assertThat(Tensors.toFloatArray(ScatterAdd.apply(null, rows(), index(1, -1, 1), null, 2)))
          .containsExactly(0, 0, 6, 8);
      assertThat(Tensors.toFloatArray(ScatterAdd.apply(rows(), index(0, 0, 0), rows())))
          .containsExactly(10, 14, 3, 4, 5, 6);
    }
  }

  @Test
  void targetsTakeTheirMembers() {
    try (TensorScope scope = new TensorScope()) {
      Tensor target = Tensors.of(new float[] {1, 1, 9, 9}, 1, 2, 2);
      Tensor assign = index(0, 0, -1);
      assertThat(
              Tensors.toFloatArray(
                  TargetMeanMerge.apply(MergeMode.TARGET_PLUS_MEAN, target, rows(), assign)))
          .containsExactly(3, 4, 9, 9);
      assertThat(
              Tensors.toFloatArray(
                  TargetMeanMerge.apply(
                      MergeMode.MEAN_WITH_TARGET, target, rows(), index(0, -1, -1))))
          .containsExactly(1, 1.5f, 9, 9);
      Tensor sizes = Tensors.of(new float[] {2, 1}, 1, 2);
      Tensor ones = Tensors.of(new float[] {1, 1, 1}, 1, 3);
      SizeWeightedMerge.Result merged =
          SizeWeightedMerge.apply(target, sizes, rows(), ones, assign);
      assertThat(Tensors.toFloatArray(merged.tokens())).containsExactly(1.5f, 2, 9, 9);
      assertThat(Tensors.toFloatArray(merged.sizes())).containsExactly(4, 1);
    }
  }

  @Test
  void tokensTakeSharesOfRemovedOnes() {
    try (TensorScope scope = new TensorScope()) {
      Tensor removed = Tensors.of(new float[] {7, 8}, 1, 1, 2);
      Tensor index = index(1, -1).reshape(1, 1, 2);
      Tensor share = Tensors.of(new float[] {1, 5}, 1, 1, 2);
      assertThat(Tensors.toFloatArray(SelfPreservingMerge.apply(rows(), removed, index, share)))
          .containsExactly(1, 2, 5, 6, 5, 6);
    }
  }

  @Test
  void saysWhatDoesNotFit() {
    try (TensorScope scope = new TensorScope()) {
      assertThatThrownBy(() -> Gather.apply(rows(), Tensors.of(new float[2], 1, 2)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("index: expected dtype int32");
      Tensor plan = index(0, 0).reshape(1, 1, 2);
      assertThatThrownBy(() -> Layout.apply(List.of(), plan))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("pieces: expected 1 or more");
      assertThatThrownBy(() -> Layout.apply(Collections.nCopies(9, rows()), plan))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("pieces: expected at most 8, got 9");
      assertThatThrownBy(() -> WeightedSum.apply(rows(), Tensors.of(new float[2], 1, 2)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(", got ");
      assertThatThrownBy(() -> ScatterAdd.apply(rows(), index(0), rows()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(", got ");
      assertThatThrownBy(
              () ->
                  TargetMeanMerge.apply(
                      MergeMode.TARGET_PLUS_MEAN, rows(), removedOfWidth(3), index(0)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(", got ");
    }
  }

  private static Tensor removedOfWidth(int width) {
    return Tensors.of(new float[width], 1, 1, width);
  }
}
