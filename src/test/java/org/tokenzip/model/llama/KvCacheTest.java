// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.LibtorchException;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.weights.LlamaConfig;
import org.tokenzip.weights.TextArchitecture;

@ExtendWith(NoLeaks.class)
class KvCacheTest {
  private static final float NO = Float.NEGATIVE_INFINITY;
  private static final long TOO_MANY = 1L << 50;

  @ParameterizedTest
  @EnumSource(DType.class)
  void tokensSeeWhatIsBeforeThemAndNoPadding(DType dtype) {
    try (TensorScope scope = new TensorScope();
        KvCache cache = new KvCache(config(4), dtype, Device.CPU, 8, 2, 0)) {
      Tensor mask = cache.mask(0, 3);
      assertThat(mask.shape()).containsExactly(2, 1, 3, 3);
      assertThat(Tensors.toFloatArray(mask))
          .containsExactly(0, NO, NO, NO, 0, NO, NO, NO, 0, 0, NO, NO, 0, 0, NO, 0, 0, 0);
      cache.advance(3, null);
      assertThat(Tensors.toFloatArray(cache.mask(0, 2)))
          .containsExactly(NO, NO, 0, 0, NO, NO, NO, 0, 0, 0, 0, 0, 0, 0, NO, 0, 0, 0, 0, 0);
      assertThat(Tensors.toFloatArray(cache.mask(0, 1))).containsExactly(NO, NO, 0, 0, 0, 0, 0, 0);
      cache.reserve(9);
      cache.advance(5, null);
      assertThat(Tensors.toFloatArray(cache.mask(0, 1)))
          .startsWith(NO, NO, 0)
          .endsWith(0, 0, 0)
          .hasSize(18);
    }
  }

  @Test
  void aPieceOnTopOfOthersSeesThemAll() {
    try (TensorScope scope = new TensorScope();
        KvCache cache = new KvCache(config(4), DType.FP32, Device.CPU, 8, 0)) {
      cache.advance(2, null);
      Tensor mask = cache.mask(0, 2);
      assertThat(mask.shape()).containsExactly(1, 1, 2, 4);
      assertThat(Tensors.toFloatArray(mask)).containsExactly(0, 0, 0, NO, 0, 0, 0, 0);
      assertThat(cache.mask(0, 1)).isNull();
    }
  }

  @Test
  void aCacheThatDoesNotFitLeavesNothingBehind() {
    // Heads without elements need no memory, the mask of so many positions more than there is.
    assertThatThrownBy(() -> new KvCache(config(0), DType.FP32, Device.CPU, TOO_MANY, 1))
        .isInstanceOf(LibtorchException.class);
  }

  @Test
  void aCacheThatCannotGrowStaysAsItWas() {
    try (TensorScope scope = new TensorScope();
        KvCache cache = new KvCache(config(1 << 20), DType.FP32, Device.CPU, 2, 0)) {
      cache.appendKeys(0, Tensors.empty(DType.FP32, Device.CPU, 1, 1, 1, 1 << 20).zero_());
      cache.advance(1, null);
      assertThatThrownBy(() -> cache.reserve(Integer.MAX_VALUE))
          .isInstanceOf(LibtorchException.class);
      assertThat(cache.capacity()).isEqualTo(2);
      Tensor added = Tensors.empty(DType.FP32, Device.CPU, 1, 1, 1, 1 << 20).zero_();
      assertThat(cache.appendKeys(0, added).shape()).containsExactly(1, 1, 2, 1 << 20);
      cache.close();
    }
  }

  private static LlamaConfig config(int headDim) {
    return new LlamaConfig(
        TextArchitecture.LLAMA,
        4,
        4,
        2,
        1,
        1,
        headDim,
        8,
        1e-6,
        10000,
        Integer.MAX_VALUE,
        "silu",
        List.of());
  }
}
