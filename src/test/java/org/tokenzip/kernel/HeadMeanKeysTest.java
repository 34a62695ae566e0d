// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.testing.Values;

class HeadMeanKeysTest {
  @RegisterExtension static final NoLeaks NO_LEAKS = new NoLeaks();

  @Test
  void averagesTwoHeads() {
    try (TensorScope scope = new TensorScope()) {
      Tensor keys = Tensors.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 1, 2, 2, 2);
      Tensor mean = HeadMeanKeys.apply(keys);
      assertThat(mean.shape()).containsExactly(1, 2, 2);
      assertThat(Tensors.toFloatArray(mean)).containsExactly(3, 4, 5, 6);
    }
  }

  @Property(tries = 60)
  void agreesWithPlainLoop(
      @ForAll long seed,
      @ForAll DType dtype,
      @ForAll @IntRange(max = 3) int batch,
      @ForAll @IntRange(min = 1, max = 5) int heads,
      @ForAll @IntRange(max = 33) int positions,
      @ForAll @IntRange(min = 1, max = 35) int width) {
    NoLeaks.check(
        () -> {
          try (TensorScope scope = new TensorScope()) {
            Tensor keys = Values.normal(seed, dtype, batch, heads, positions, width);
            float[] in = Tensors.toFloatArray(keys);
            float[] out = Tensors.toFloatArray(HeadMeanKeys.apply(keys));
            int plane = positions * width;
            assertThat(out).hasSize(batch * plane);
            for (int i = 0; i < out.length; i++) {
              double sum = 0;
              for (int h = 0; h < heads; h++) {
                sum += in[(i / plane * heads + h) * plane + i % plane];
              }
              assertThat((double) out[i]).isCloseTo(sum / heads, within(1e-6));
            }
          }
        });
  }

  @Test
  void readsStridedViews() {
    try (TensorScope scope = new TensorScope()) {
      // [B, S, H, d] in memory, as a projection leaves it.
      Tensor keys = Values.normal(1, DType.FP16, 2, 5, 3, 7).transpose(1, 2);
      assertThat(Tensors.toFloatArray(HeadMeanKeys.apply(keys)))
          .isEqualTo(Tensors.toFloatArray(HeadMeanKeys.apply(keys.contiguous())));
    }
  }

  @Test
  void refusesWrongRankDtypeAndStride() {
    try (TensorScope scope = new TensorScope()) {
      assertThatThrownBy(() -> HeadMeanKeys.apply(Tensors.empty(DType.FP32, Device.CPU, 2, 3)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("keys: expected 4 dimensions, got shape [2, 3]");
      assertThatThrownBy(
              () -> HeadMeanKeys.apply(Tensors.empty(ScalarType.Long, Device.CPU, 1, 1, 2, 2)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("keys: expected dtype fp32, fp16 or bf16, got int64");
      Tensor turned = Tensors.empty(DType.FP32, Device.CPU, 1, 1, 2, 3).transpose(2, 3);
      assertThatThrownBy(() -> HeadMeanKeys.apply(turned))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("keys: expected stride 1 in the last dimension, got 3");
    }
  }
}
