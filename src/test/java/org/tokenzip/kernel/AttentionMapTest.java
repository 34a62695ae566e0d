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

/**
 * {@link AttentionRowFromMap} and {@link AttentionReceivedFromMap}: the two readings of one map.
 */
class AttentionMapTest {
  @RegisterExtension static final NoLeaks NO_LEAKS = new NoLeaks();

  private static final float[] TWO_HEADS = {1, 2, 3, 4, 50, 60, 70, 80};

  @Test
  void rowIsSummedOverHeads() {
    try (TensorScope scope = new TensorScope()) {
      Tensor map = Tensors.of(TWO_HEADS, 1, 2, 2, 2);
      assertThat(Tensors.toFloatArray(AttentionRowFromMap.apply(map, 0, HeadReduction.SUM)))
          .containsExactly(51, 62);
      assertThat(Tensors.toFloatArray(AttentionRowFromMap.apply(map, 1, HeadReduction.SUM)))
          .containsExactly(73, 84);
    }
  }

  @Test
  void receivedIsTheMeanOverHeadsAndRows() {
    try (TensorScope scope = new TensorScope()) {
      Tensor map = Tensors.of(TWO_HEADS, 1, 2, 2, 2);
      assertThat(Tensors.toFloatArray(AttentionReceivedFromMap.apply(map)))
          .containsExactly(31, 36.5f);
    }
  }

  @Property(tries = 60)
  void agreesWithPlainLoop(
      @ForAll long seed,
      @ForAll DType dtype,
      @ForAll @IntRange(max = 3) int batch,
      @ForAll @IntRange(min = 1, max = 3) int heads,
      @ForAll @IntRange(min = 1, max = 35) int positions) {
    NoLeaks.check(
        () -> {
          try (TensorScope scope = new TensorScope()) {
            Tensor map = Values.uniform(seed, dtype, batch, heads, positions, positions);
            int row = Math.floorMod(seed, positions);
            float[] in = Tensors.toFloatArray(map);
            float[] paid =
                Tensors.toFloatArray(AttentionRowFromMap.apply(map, row, HeadReduction.SUM));
            float[] received = Tensors.toFloatArray(AttentionReceivedFromMap.apply(map));
            for (int b = 0; b < batch; b++) {
              for (int j = 0; j < positions; j++) {
                double rowSum = 0;
                double sum = 0;
                for (int h = 0; h < heads; h++) {
                  for (int i = 0; i < positions; i++) {
                    double value = in[((b * heads + h) * positions + i) * positions + j];
                    sum += value;
                    rowSum += i == row ? value : 0;
                  }
                }
                int at = b * positions + j;
                assertThat((double) paid[at]).isCloseTo(rowSum, within(1e-5));
                assertThat((double) received[at])
                    .isCloseTo(sum / (heads * positions), within(1e-5));
              }
            }
          }
        });
  }

  @Test
  void refusesMapsThatAreNotSquareAndRowsOutside() {
    try (TensorScope scope = new TensorScope()) {
      Tensor oblong = Tensors.empty(DType.FP32, Device.CPU, 1, 1, 2, 3);
      assertThatThrownBy(() -> AttentionReceivedFromMap.apply(oblong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("map: expected shape [*, *, 3, 3], got [1, 1, 2, 3]");
      Tensor map = Tensors.empty(DType.FP32, Device.CPU, 1, 1, 3, 3);
      assertThatThrownBy(() -> AttentionRowFromMap.apply(map, 3, HeadReduction.SUM))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith("row must be from -1 (the last) to 2, got 3");
    }
  }
}
