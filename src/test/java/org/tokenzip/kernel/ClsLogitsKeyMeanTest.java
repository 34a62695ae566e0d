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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.testing.Values;

class ClsLogitsKeyMeanTest {
  @RegisterExtension static final NoLeaks NO_LEAKS = new NoLeaks();

  @Test
  void multipliesTheQueryWithEveryKey() {
    try (TensorScope scope = new TensorScope()) {
      Tensor query = Tensors.of(new float[] {1, 2}, 1, 1, 2);
      Tensor keys = Tensors.of(new float[] {1, 0, 0, 1, 3, 4}, 1, 1, 3, 2);
      ClsLogitsKeyMean.Result result = ClsLogitsKeyMean.apply(query, keys, 0.5f);
      assertThat(Tensors.toFloatArray(result.logits())).containsExactly(0.5f, 1f, 5.5f);
      assertThat(Tensors.toFloatArray(result.keyMean())).containsExactly(1, 0, 0, 1, 3, 4);
    }
  }

  @Property(tries = 60)
  void agreesWithPlainLoop(
      @ForAll long seed,
      @ForAll DType dtype,
      @ForAll @IntRange(max = 3) int batch,
      @ForAll @IntRange(min = 1, max = 4) int heads,
      @ForAll @IntRange(max = 33) int positions,
      @ForAll @IntRange(min = 1, max = 67) int width) {
    NoLeaks.check(
        () -> {
          try (TensorScope scope = new TensorScope()) {
            Tensor query = Values.normal(seed, dtype, batch, heads, width);
            Tensor keys = Values.normal(~seed, dtype, batch, heads, positions, width);
            float[] q = Tensors.toFloatArray(query);
            float[] k = Tensors.toFloatArray(keys);
            ClsLogitsKeyMean.Result result = ClsLogitsKeyMean.apply(query, keys, 0.125f);
            float[] logits = Tensors.toFloatArray(result.logits());
            assertThat(logits).hasSize(batch * heads * positions);
            for (int i = 0; i < logits.length; i++) {
              double dot = 0;
              for (int c = 0; c < width; c++) {
                dot += (double) q[i / positions * width + c] * k[i * width + c];
              }
              assertThat((double) logits[i]).isCloseTo(0.125 * dot, within(1e-5));
            }
            assertThat(Tensors.toFloatArray(result.keyMean()))
                .isEqualTo(Tensors.toFloatArray(HeadMeanKeys.apply(keys)));
          }
        });
  }

  @Test
  void refusesAQueryOfAnotherShapeOrDtype() {
    try (TensorScope scope = new TensorScope()) {
      Tensor keys = Tensors.empty(DType.FP32, Device.CPU, 2, 3, 5, 8);
      assertThatThrownBy(
              () -> ClsLogitsKeyMean.apply(Tensors.empty(DType.FP32, Device.CPU, 2, 3, 4), keys, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("query: expected shape [2, 3, 8], got [2, 3, 4]");
      assertThatThrownBy(
              () -> ClsLogitsKeyMean.apply(Tensors.empty(DType.BF16, Device.CPU, 2, 3, 8), keys, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("keys must be bf16 as query is, got fp32");
      Tensor noWidth = Tensors.empty(DType.FP32, Device.CPU, 2, 3, 5, 0);
      assertThatThrownBy(
              () ->
                  ClsLogitsKeyMean.apply(
                      Tensors.empty(DType.FP32, Device.CPU, 2, 3, 0), noWidth, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith("extent d of query must be 1 or more, got 0");
    }
  }
}
