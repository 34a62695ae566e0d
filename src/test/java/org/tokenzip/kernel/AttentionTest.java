// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tokenzip.runtime.NonFiniteInputException;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.testing.Values;

/** The readings of attention that never form its map, against libtorch forming it. */
@ExtendWith(NoLeaks.class)
class AttentionTest {
  private static final float SCALE = 0.25f;

  @Test
  void everyReadingIsThatOfTheMap() {
    try (TensorScope scope = new TensorScope()) {
      Tensor query = Values.normal(1, DType.FP32, 2, 4, 19, 16);
      Tensor keys = Values.normal(2, DType.FP32, 2, 2, 19, 16); // two query heads to a key head
      Tensor wide = keys.repeat_interleave(2, new org.bytedeco.pytorch.LongOptional(1), null);
      Tensor logits = query.matmul(wide.transpose(2, 3)).mul(new Scalar(SCALE));
      Tensor map = logits.softmax(-1);
      assertClose(RowLse.apply(query, keys, SCALE), logits.logsumexp(new long[] {-1}));
      assertClose(AttentionReceived.apply(query, keys, SCALE).values(), map.mean(1).mean(1));
      assertClose(HeadMeanLogits.apply(query, keys, SCALE), logits.mean(1));
      assertClose(HeadMeanProbabilities.apply(query, keys, SCALE), map.mean(1));
    }
  }

  @Test
  void aRangeAveragesItsRowsForItsColumns() {
    try (TensorScope scope = new TensorScope()) {
      Tensor query = Values.normal(1, DType.FP32, 2, 4, 19, 16);
      Tensor keys = Values.normal(2, DType.FP32, 2, 4, 19, 16);
      Tensor map = query.matmul(keys.transpose(2, 3)).mul(new Scalar(SCALE)).softmax(-1);
      AttentionRange range = new AttentionRange(3, 7, 1, AttentionRange.END);
      Tensor ofHeads = map.narrow(2, 3, 4).narrow(3, 1, 18).mean(2);
      assertClose(
          AttentionReceived.apply(null, query, keys, SCALE, null, range, true).values(), ofHeads);
      Tensor lse = RowLse.apply(query, keys, SCALE);
      assertClose(
          AttentionReceived.apply(null, query, keys, SCALE, lse, range, false).values(),
          ofHeads.mean(1));
      assertClose(AttentionReceivedFromMap.apply(null, map, range), ofHeads.mean(1));
      assertThatThrownBy(
              () ->
                  AttentionReceived.apply(
                      null, query, keys, SCALE, null, new AttentionRange(0, 20, 0, 19), false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("row_end must be from 0 to 19 or -1, got 20");
      assertThatThrownBy(() -> AttentionReceived.apply(query, keys, SCALE, null, 20))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void anInfiniteKeyIsAnError() {
    try (TensorScope scope = new TensorScope()) {
      Tensor query = Values.normal(1, DType.FP32, 1, 1, 3, 2);
      Tensor keys = Tensors.of(new float[] {1, 2, Float.POSITIVE_INFINITY, 3, 4, 5}, 1, 1, 3, 2);
      assertThatThrownBy(() -> AttentionReceived.apply(query, keys, SCALE))
          .isInstanceOf(NonFiniteInputException.class);
    }
  }

  private static void assertClose(Tensor actual, Tensor expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(Tensors.toFloatArray(actual))
        .containsExactly(Tensors.toFloatArray(expected), within(1e-5f));
  }
}
