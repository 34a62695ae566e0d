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
import org.tokenzip.tensor.DTypes;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.testing.Values;

class VisionZipMergeTest {
  @RegisterExtension static final NoLeaks NO_LEAKS = new NoLeaks();

  private static VisionZipIndices select(MergeMode merge, Tensor scores, Tensor keys) {
    return VisionZipSelect.fromScores(new VisionZipParameters(false, 1, 1, merge, 1), scores, keys);
  }

  @Test
  void addsTheMeanOfTheMembersToTheirTarget() {
    try (TensorScope scope = new TensorScope()) {
      Tensor scores = Tensors.of(new float[] {0, 0, 0, 1}, 1, 4);
      Tensor keys = Tensors.of(new float[] {1, 1, 1, 1}, 1, 4, 1);
      Tensor tokens = Tensors.of(new float[] {10, 20, 1, 2, 3, 6, 7, 7}, 1, 4, 2);
      Tensor plus = VisionZipMerge.apply(select(MergeMode.TARGET_PLUS_MEAN, scores, keys), tokens);
      assertThat(plus.shape()).containsExactly(1, 2, 2);
      assertThat(Tensors.toFloatArray(plus)).containsExactly(7, 7, 12, 24);
      Tensor mean = VisionZipMerge.apply(select(MergeMode.MEAN_WITH_TARGET, scores, keys), tokens);
      assertThat(Tensors.toFloatArray(mean))
          .containsExactly(new float[] {7, 7, 14f / 3, 28f / 3}, within(1e-6f));
    }
  }

  @Property(tries = 80)
  void agreesWithPlainLoop(
      @ForAll long seed,
      @ForAll DType dtype,
      @ForAll MergeMode merge,
      @ForAll boolean hasCls,
      @ForAll @IntRange(min = 1, max = 3) int batch,
      @ForAll @IntRange(min = 1, max = 41) int patches,
      @ForAll @IntRange(min = 1, max = 35) int width,
      @ForAll @IntRange(max = 20) int dominant,
      @ForAll @IntRange(max = 9) int contextual) {
    NoLeaks.check(
        () -> {
          try (TensorScope scope = new TensorScope()) {
            int first = hasCls ? 1 : 0;
            int positions = patches + first;
            VisionZipParameters parameters =
                new VisionZipParameters(hasCls, dominant + first, contextual, merge, 1);
            VisionZipIndices indices =
                VisionZipSelect.fromScores(
                    parameters,
                    Values.uniform(seed, DType.FP32, batch, patches),
                    Values.normal(~seed, DType.FP32, batch, positions, 4));
            Tensor tokens = Values.normal(seed + 1, dtype, batch, positions, width);
            Tensor out = VisionZipMerge.apply(indices, tokens);
            assertThat(DTypes.of(out, "out")).isEqualTo(dtype);
            for (int b = 0; b < batch; b++) {
              checkImage(indices, tokens.select(0, b), out.select(0, b), b, dtype);
            }
          }
        });
  }

  private static void checkImage(
      VisionZipIndices indices, Tensor tokens, Tensor out, int image, DType dtype) {
    int width = (int) tokens.size(1);
    float[] in = Tensors.toFloatArray(tokens);
    float[] result = Tensors.toFloatArray(out);
    int[] dominant = Values.ints(indices.dominant().select(0, image));
    int[] target = Values.ints(indices.target().select(0, image));
    int[] offset = Values.ints(indices.memberOffset().select(0, image));
    int[] member = Values.ints(indices.member().select(0, image));
    for (int c = 0; c < width; c++) {
      for (int i = 0; i < dominant.length; i++) {
        assertThat(result[i * width + c]).isEqualTo(in[dominant[i] * width + c]);
      }
      for (int t = 0; t < target.length; t++) {
        int count = offset[t + 1] - offset[t];
        double sum = 0;
        for (int m = offset[t]; m < offset[t + 1]; m++) {
          sum += in[member[m] * width + c];
        }
        double own = in[target[t] * width + c];
        double expected =
            count == 0
                ? own
                : indices.parameters().merge() == MergeMode.TARGET_PLUS_MEAN
                    ? own + sum / count
                    : (own + sum) / (1 + count);
        assertThat((double) result[(dominant.length + t) * width + c])
            .isCloseTo(expected, within(2e-6 + Values.rounding(dtype, Math.abs(expected))));
      }
    }
  }

  @Test
  void refusesTokensOfOtherSequences() {
    try (TensorScope scope = new TensorScope()) {
      VisionZipIndices indices =
          select(
              MergeMode.TARGET_PLUS_MEAN,
              Tensors.of(new float[4], 1, 4),
              Tensors.of(new float[4], 1, 4, 1));
      assertThatThrownBy(
              () -> VisionZipMerge.apply(indices, Tensors.empty(DType.FP32, Device.CPU, 1, 5, 2)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("tokens: expected shape [1, 4, *], got [1, 5, 2]");
    }
  }
}
