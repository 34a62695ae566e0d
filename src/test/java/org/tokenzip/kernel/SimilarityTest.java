// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.tokenzip.runtime.NonFiniteInputException;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.testing.Values;

/** Cosines, greedy choices and pooling: literal examples, zero rows, and what is refused. */
class SimilarityTest {
  @RegisterExtension static final NoLeaks NO_LEAKS = new NoLeaks();

  /** East, north, north-east twice as long, nothing. */
  private static Tensor rows() {
    return Tensors.of(new float[] {1, 0, 0, 3, 2, 2, 0, 0}, 1, 4, 2);
  }

  @Test
  void everySourceGoesToItsNearestTarget() {
    try (TensorScope scope = new TensorScope()) {
      Tensor targets = Tensors.of(new float[] {0, 1, 1, 0}, 1, 2, 2);
      CosineAssign.Result assigned = CosineAssign.apply(rows(), targets);
      assertThat(Values.ints(assigned.index())).containsExactly(1, 0, 0, 0);
      float[] best = Tensors.toFloatArray(assigned.best());
      assertThat(best[0]).isEqualTo(1);
      assertThat(best[2]).isBetween(0.7071f, 0.7072f);
      assertThat(best[3]).isZero();
    }
  }

  @Test
  void theMatrixIsSymmetricAndKnowsZeroRows() {
    try (TensorScope scope = new TensorScope()) {
      float[] matrix = Tensors.toFloatArray(CosineMatrix.apply(rows()).requireFinite());
      for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 4; j++) {
          assertThat(matrix[i * 4 + j]).isEqualTo(matrix[j * 4 + i]);
        }
        assertThat(matrix[12 + i]).isZero();
      }
      assertThat(matrix[1]).isZero();
      float[] mean = Tensors.toFloatArray(MeanCosine.apply(rows()).values());
      assertThat(mean[2]).isGreaterThan(mean[0]);
      TopNeighbours.Result nearest = TopNeighbours.apply(rows(), 1);
      assertThat(Values.ints(nearest.index())).containsExactly(2, 2, 0, 0);
    }
  }

  @Test
  void greedyChoicesStartAtTheFarthest() {
    try (TensorScope scope = new TensorScope()) {
      Tensor distance = Tensors.of(new float[] {0, 1, 5, 1, 0, 4, 5, 4, 0}, 1, 3, 3);
      FlaggedTensor picks = GreedyMaxMin.apply(distance, MatrixKind.DISTANCE, 2, true);
      assertThat(Values.ints(picks.values())).containsExactly(2, 0);
      Tensor similarity = Tensors.of(new float[] {1, 1, 0, 1, 1, 0, 0, 0, 0.5f}, 1, 3, 3);
      assertThat(Values.ints(GreedyDpp.apply(similarity, null, 2, true).values()))
          .containsExactly(0, 2);
      assertThatThrownBy(() -> GreedyMaxMin.apply(distance, MatrixKind.DISTANCE, 4, true))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(Tensors.toFloatArray(MinMaxRelevance.apply(Tensors.of(new float[] {2, 2}, 1, 2))))
          .containsExactly(1, 1);
    }
  }

  @Test
  void equalWeightsPoolToTheMean() {
    try (TensorScope scope = new TensorScope()) {
      Tensor tokens = Tensors.of(new float[] {1, 2, 3, 6}, 1, 1, 2, 2, 1);
      PoolWindows windows = PoolWindows.tiles(1, 2, 2);
      Tensor equal = Tensors.of(new float[4], 1, 1, 2, 2);
      assertThat(Tensors.toFloatArray(PromptPool3d.apply(windows, tokens, equal).values()))
          .containsExactly(3);
      assertThat(Tensors.toFloatArray(PromptPool3d.apply(windows, tokens, null).values()))
          .containsExactly(3);
      assertThat(PoolWindows.output(1, 2, 3).fit(1, 4, 7).kernel())
          .isEqualTo(new PoolWindows.Cells(1, 2, 3));
      assertThatThrownBy(() -> PoolWindows.tiles(2, 2, 2).fit(1, 4, 4))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void relevanceIsASoftmaxOverTheTokens() {
    try (TensorScope scope = new TensorScope()) {
      Tensor text = Tensors.of(new float[] {0, 1}, 1, 2);
      float[] cosine = Tensors.toFloatArray(Relevance.apply(rows(), text, -1, false).values());
      assertThat(cosine[1]).isEqualTo(-1);
      assertThat(cosine[3]).isZero();
      float[] share = Tensors.toFloatArray(Relevance.apply(rows(), text, 100, true).values());
      assertThat(share[0] + share[1] + share[2] + share[3]).isBetween(0.99999f, 1.00001f);
      Tensor broken = Tensors.of(new float[] {Float.NaN, 1}, 1, 2);
      assertThatThrownBy(() -> Relevance.apply(rows(), broken, 1, true))
          .isInstanceOf(NonFiniteInputException.class);
    }
  }

  @Test
  void oneQueryPaysAttentionAsTheSoftmaxSays() {
    try (TensorScope scope = new TensorScope()) {
      Tensor query = Tensors.of(new float[] {1, 0}, 1, 1, 2);
      Tensor keys = rows().unsqueeze(0); // [1, 1, 4, 2]
      float[] scores =
          Tensors.toFloatArray(
              AttentionRow.apply(query, keys, 1, HeadReduction.SUM).requireFinite());
      double sum = Math.E + 1 + Math.exp(2) + 1;
      assertThat(scores[0]).isBetween((float) (Math.E / sum - 1e-6), (float) (Math.E / sum + 1e-6));
      assertThat(scores[1]).isEqualTo(scores[3]);
      Tensor map = Tensors.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 1, 2, 2, 2);
      assertThat(Tensors.toFloatArray(HeadMeanMap.apply(map))).containsExactly(3, 4, 5, 6);
      assertThat(
              Tensors.toFloatArray(
                  AttentionRowFromMap.apply(map, AttentionRowFromMap.LAST, HeadReduction.MEAN)))
          .containsExactly(5, 6);
      assertThat(
              Tensors.toFloatArray(
                  AttentionReceivedFromMap.apply(null, map, new AttentionRange(1, 2, 0, 1))))
          .containsExactly(5);
    }
  }
}
