// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.tokenzip.runtime.Device;
import org.tokenzip.runtime.NonFiniteInputException;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.testing.Values;

class VisionZipKernelTest {
  @RegisterExtension static final NoLeaks NO_LEAKS = new NoLeaks();

  @Property(tries = 40)
  void equalsItsParts(
      @ForAll long seed,
      @ForAll DType dtype,
      @ForAll @IntRange(max = 3) int batch,
      @ForAll @IntRange(min = 1, max = 3) int heads,
      @ForAll @IntRange(max = 45) int patches,
      @ForAll @IntRange(min = 1, max = 17) int headWidth,
      @ForAll @IntRange(min = 1, max = 40) int width) {
    NoLeaks.check(
        () -> {
          try (TensorScope scope = new TensorScope()) {
            float scale = (float) (1 / Math.sqrt(headWidth));
            VisionZipParameters parameters =
                new VisionZipParameters(true, 6, 4, MergeMode.TARGET_PLUS_MEAN, scale);
            Tensor query = Values.normal(seed, dtype, batch, heads, headWidth);
            Tensor keys = Values.normal(~seed, dtype, batch, heads, patches + 1, headWidth);
            Tensor tokens = Values.normal(seed + 7, dtype, batch, patches + 1, width);
            VisionZipKernel.Result whole = VisionZipKernel.apply(parameters, query, keys, tokens);

            ClsLogitsKeyMean.Result scored = ClsLogitsKeyMean.apply(query, keys, scale);
            VisionZipIndices indices =
                VisionZipSelect.fromLogits(parameters, scored.logits(), scored.keyMean());
            Tensor merged = VisionZipMerge.apply(indices, tokens);
            assertThat(Values.ints(whole.indices().dominant()))
                .isEqualTo(Values.ints(indices.dominant()));
            assertThat(Values.ints(whole.indices().assign()))
                .isEqualTo(Values.ints(indices.assign()));
            assertThat(Tensors.toFloatArray(whole.indices().scores()))
                .isEqualTo(Tensors.toFloatArray(indices.scores()));
            assertThat(Tensors.toFloatArray(whole.tokens()))
                .isEqualTo(Tensors.toFloatArray(merged));

            try (VisionZipBuffers buffers =
                VisionZipBuffers.like(parameters, query, keys, tokens)) {
              buffers.apply(query, keys.neg(), tokens.neg());
              VisionZipKernel.Result again = buffers.apply(query, keys, tokens);
              assertThat(Values.ints(again.indices().member()))
                  .isEqualTo(Values.ints(indices.member()));
              assertThat(Tensors.toFloatArray(again.tokens()))
                  .isEqualTo(Tensors.toFloatArray(merged));
            }
          }
        });
  }

  @Test
  void aNanInTheKeysIsAnError() {
    try (TensorScope scope = new TensorScope()) {
      VisionZipParameters parameters =
          new VisionZipParameters(true, 2, 1, MergeMode.TARGET_PLUS_MEAN, 1);
      float[] keys = new float[12];
      keys[7] = Float.NaN;
      assertThatThrownBy(
              () ->
                  VisionZipKernel.apply(
                      parameters,
                      Tensors.of(new float[] {1, 1}, 1, 1, 2),
                      Tensors.of(keys, 1, 1, 6, 2),
                      Tensors.of(new float[18], 1, 6, 3)))
          .isInstanceOf(NonFiniteInputException.class);
    }
  }

  @Test
  void buffersOutliveTheScopeTheyWereMadeInAndKeepTheirAddresses() {
    VisionZipParameters parameters =
        new VisionZipParameters(true, 3, 2, MergeMode.TARGET_PLUS_MEAN, 1);
    VisionZipBuffers buffers;
    try (TensorScope scope = new TensorScope()) {
      buffers =
          VisionZipBuffers.like(
              parameters,
              Values.normal(1, DType.FP32, 2, 3, 4),
              Values.normal(2, DType.FP32, 2, 3, 9, 4),
              Values.normal(3, DType.FP32, 2, 9, 5));
    }
    try (buffers;
        TensorScope scope = new TensorScope()) {
      Tensor query = Values.normal(4, DType.FP32, 2, 3, 4);
      Tensor keys = Values.normal(5, DType.FP32, 2, 3, 9, 4);
      Tensor tokens = Values.normal(6, DType.FP32, 2, 9, 5);
      long first = buffers.apply(query, keys, tokens).tokens().data_ptr().address();
      long second = buffers.apply(query, keys, tokens).tokens().data_ptr().address();
      assertThat(second).isEqualTo(first);
      assertThatThrownBy(() -> buffers.apply(query, keys, tokens.narrow(0, 0, 1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("tokens: expected shape [2, 9, 5], got [1, 9, 5]");
    }
  }

  @Test
  void emptySequencesGiveNoTokens() {
    try (TensorScope scope = new TensorScope()) {
      VisionZipKernel.Result none =
          VisionZipKernel.apply(
              new VisionZipParameters(true, 2, 1, MergeMode.TARGET_PLUS_MEAN, 1),
              Tensors.of(new float[12], 2, 3, 2),
              Tensors.empty(DType.FP32, Device.CPU, 2, 3, 0, 2),
              Tensors.empty(DType.FP32, Device.CPU, 2, 0, 5));
      assertThat(none.tokens().shape()).containsExactly(2, 0, 5);
      assertThat(Values.ints(none.indices().nonFinite())).containsExactly(0, 0);
    }
  }

  @Test
  void refusesTokensOfAnotherLength() {
    try (TensorScope scope = new TensorScope()) {
      VisionZipParameters parameters =
          new VisionZipParameters(true, 2, 1, MergeMode.TARGET_PLUS_MEAN, 1);
      assertThatThrownBy(
              () ->
                  VisionZipKernel.apply(
                      parameters,
                      Tensors.empty(DType.FP32, Device.CPU, 1, 1, 2),
                      Tensors.empty(DType.FP32, Device.CPU, 1, 1, 6, 2),
                      Tensors.empty(DType.FP32, Device.CPU, 1, 5, 3)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("tokens: expected shape [1, 6, *], got [1, 5, 3]");
    }
  }
}
