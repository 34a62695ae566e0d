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
