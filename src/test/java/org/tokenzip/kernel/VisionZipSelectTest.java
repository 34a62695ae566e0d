// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.tokenzip.runtime.Device;
import org.tokenzip.runtime.NonFiniteInputException;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.LibtorchException;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.testing.Values;

class VisionZipSelectTest {
  @RegisterExtension static final NoLeaks NO_LEAKS = new NoLeaks();

  private static VisionZipParameters parameters(boolean hasCls, long dominant, long contextual) {
    return new VisionZipParameters(hasCls, dominant, contextual, MergeMode.TARGET_PLUS_MEAN, 1);
  }

  @Test
  void keepsTheBestAndMergesTheRest() {
    try (TensorScope scope = new TensorScope()) {
      // Patches 1 to 6; 2 and 5 score highest. Of the rest 1, 3, 4, 6 every second is a target.
      Tensor scores = Tensors.of(new float[] {1, 9, 2, 3, 8, 4}, 1, 6);
      Tensor keys = Tensors.of(new float[] {0, 0, 1, 0, 0, 0, 5, 1, 0, 1, 0, 0, 1, 7}, 1, 7, 2);
      VisionZipIndices indices = VisionZipSelect.fromScores(parameters(true, 3, 2), scores, keys);
      assertThat(Values.ints(indices.dominant())).containsExactly(0, 2, 5);
      assertThat(Values.ints(indices.target())).containsExactly(1, 4);
      assertThat(Values.ints(indices.merged())).containsExactly(3, 6);
      assertThat(Values.ints(indices.assign())).containsExactly(0, 1);
      assertThat(Values.ints(indices.memberOffset())).containsExactly(0, 1, 2);
      assertThat(Values.ints(indices.member())).containsExactly(3, 6);
      assertThat(indices.outputTokens()).isEqualTo(5);
    }
  }

  @Test
  void tiesGoToTheLowerIndex() {
    try (TensorScope scope = new TensorScope()) {
      Tensor scores = Tensors.of(new float[] {0f, -0f, 0f, 0f}, 1, 4);
      Tensor keys = Tensors.of(new float[4], 1, 4, 1);
      VisionZipIndices indices = VisionZipSelect.fromScores(parameters(false, 1, 2), scores, keys);
      assertThat(Values.ints(indices.dominant())).containsExactly(0);
      assertThat(Values.ints(indices.target())).containsExactly(1, 2);
      assertThat(Values.ints(indices.assign())).containsExactly(0);
    }
  }

  @Property(tries = 80)
  void everyTokenGoesWhereAPlainLoopWouldPutIt(
      @ForAll long seed,
      @ForAll boolean hasCls,
      @ForAll @IntRange(min = 1, max = 3) int batch,
      @ForAll @IntRange(max = 67) int patches,
      @ForAll @IntRange(min = 1, max = 19) int width,
      @ForAll @IntRange(max = 70) int dominant,
      @ForAll @IntRange(max = 20) int contextual) {
    NoLeaks.check(
        () -> {
          try (TensorScope scope = new TensorScope()) {
            int positions = patches + (hasCls ? 1 : 0);
            Tensor scores = Values.uniform(seed, DType.FP32, batch, patches);
            Tensor keys = Values.normal(~seed, DType.FP32, batch, positions, width);
            VisionZipIndices indices =
                VisionZipSelect.fromScores(
                    parameters(hasCls, dominant + (hasCls ? 1 : 0), contextual), scores, keys);
            for (int b = 0; b < batch; b++) {
              VisionZipOracle.check(indices, scores, keys, b);
            }
          }
        });
  }

  @Property(tries = 40)
  void logitsBecomeSoftmaxSummedOverHeads(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 3) int batch,
      @ForAll @IntRange(min = 1, max = 4) int heads,
      @ForAll @IntRange(max = 45) int patches) {
    NoLeaks.check(
        () -> {
          try (TensorScope scope = new TensorScope()) {
            Tensor logits = Values.normal(seed, DType.FP32, batch, heads, patches + 1);
            Tensor keys = Values.normal(~seed, DType.FP32, batch, patches + 1, 5);
            VisionZipIndices indices =
                VisionZipSelect.fromLogits(parameters(true, 4, 3), logits, keys);
            VisionZipOracle.checkScores(indices, Tensors.toFloatArray(logits), heads);
            for (int b = 0; b < batch; b++) {
              VisionZipOracle.check(indices, indices.scores(), keys, b);
            }
          }
        });
  }

  @Test
  void nothingToSelectFromIsNoError() {
    try (TensorScope scope = new TensorScope()) {
      VisionZipIndices none =
          VisionZipSelect.fromScores(
              parameters(true, 3, 2),
              Tensors.empty(DType.FP32, Device.CPU, 0, 6),
              Tensors.empty(DType.FP32, Device.CPU, 0, 7, 2));
      assertThat(none.dominant().shape()).containsExactly(0, 3);
      assertThat(none.outputTokens()).isEqualTo(5);
    }
  }

  @Test
  void emptySequencesSelectNothing() {
    try (TensorScope scope = new TensorScope()) {
      Tensor logits = Tensors.empty(DType.FP32, Device.CPU, 3, 2, 0);
      Tensor scores = Tensors.empty(DType.FP32, Device.CPU, 3, 0);
      Tensor keys = Tensors.empty(DType.FP32, Device.CPU, 3, 0, 4);
      for (VisionZipIndices none :
          List.of(
              VisionZipSelect.fromScores(parameters(false, 3, 2), scores, keys),
              VisionZipSelect.fromLogits(parameters(true, 3, 2), logits, keys))) {
        assertThat(none.outputTokens()).isZero();
        assertThat(Values.ints(none.memberOffset())).containsExactly(0, 0, 0);
        assertThat(Values.ints(none.nonFinite())).containsExactly(0, 0, 0);
      }
      // A CLS token alone is kept.
      VisionZipIndices cls =
          VisionZipSelect.fromScores(
              parameters(true, 3, 2), scores, Tensors.of(new float[12], 3, 1, 4));
      assertThat(Values.ints(cls.dominant())).containsExactly(0, 0, 0);
    }
  }

  @Test
  void scoresMayBeRowsOfALargerTensor() {
    try (TensorScope scope = new TensorScope()) {
      Tensor map = Values.uniform(1, DType.FP32, 2, 3, 7, 7);
      Tensor strided = AttentionRowFromMap.apply(map, 0, HeadReduction.SUM).narrow(1, 1, 6);
      Tensor keys = Values.normal(2, DType.FP32, 2, 7, 4);
      VisionZipIndices indices = VisionZipSelect.fromScores(parameters(true, 3, 2), strided, keys);
      assertThat(Tensors.toFloatArray(indices.scores())).isEqualTo(Tensors.toFloatArray(strided));
      for (int b = 0; b < 2; b++) {
        VisionZipOracle.check(indices, indices.scores(), keys, b);
      }
    }
  }

  @Test
  void whatWasAllocatedBeforeAFailureIsFreed() {
    NoLeaks.check(
        () -> {
          // More images than memory has room for flags of, and not one element of input.
          long images = 1L << 60;
          try (Tensor scores = Tensors.empty(DType.FP32, Device.CPU, images, 0);
              Tensor keys = Tensors.empty(DType.FP32, Device.CPU, images, 0, 4)) {
            assertThatThrownBy(
                    () -> VisionZipSelect.fromScores(parameters(false, 0, 0), scores, keys))
                .isInstanceOf(LibtorchException.class)
                .hasMessageNotContaining("\n");
          }
        });
  }

  @Test
  void nonFiniteValuesAreNamedByImage() {
    try (TensorScope scope = new TensorScope()) {
      Tensor keys = Tensors.of(new float[16], 2, 4, 2);
      Tensor scores = Tensors.of(new float[] {1, 2, 3, 4, 1, Float.NaN, 3, 4}, 2, 4);
      assertThatThrownBy(() -> VisionZipSelect.fromScores(parameters(false, 2, 1), scores, keys))
          .isInstanceOf(NonFiniteInputException.class)
          .hasMessageContaining("image 1 of 2");
      Tensor fine = Tensors.of(new float[8], 2, 4);
      float[] spoilt = new float[16];
      spoilt[5] = Float.POSITIVE_INFINITY;
      Tensor spoiltKeys = Tensors.of(spoilt, 2, 4, 2);
      assertThatThrownBy(
              () -> VisionZipSelect.fromScores(parameters(false, 1, 1), fine, spoiltKeys))
          .isInstanceOf(NonFiniteInputException.class)
          .hasMessageContaining("image 0 of 2");
    }
  }

  @Test
  void refusesWhatItCannotUse() {
    try (TensorScope scope = new TensorScope()) {
      assertThatThrownBy(() -> parameters(true, 0, 2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("dominant: expected 1 or more, got 0");
      assertThatThrownBy(() -> parameters(false, 0, -1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("contextual: expected 0 or more, got -1");
      Tensor logits = Tensors.empty(DType.FP32, Device.CPU, 1, 2, 5);
      Tensor keys = Tensors.empty(DType.FP32, Device.CPU, 1, 5, 3);
      assertThatThrownBy(() -> VisionZipSelect.fromLogits(parameters(false, 2, 1), logits, keys))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("hasCls");
      Tensor noHeads = Tensors.empty(DType.FP32, Device.CPU, 1, 0, 5);
      assertThatThrownBy(() -> VisionZipSelect.fromLogits(parameters(true, 2, 1), noHeads, keys))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith("extent H of logits must be 1 or more, got 0");
      Tensor noWidth = Tensors.empty(DType.FP32, Device.CPU, 1, 5, 0);
      assertThatThrownBy(() -> VisionZipSelect.fromLogits(parameters(true, 2, 1), logits, noWidth))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith("extent d of key_mean must be 1 or more, got 0");
      Tensor half = Tensors.empty(DType.FP16, Device.CPU, 1, 5, 3);
      assertThatThrownBy(() -> VisionZipSelect.fromLogits(parameters(true, 2, 1), logits, half))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("keyMean: expected dtype fp32, got fp16");
      Tensor strided = Tensors.empty(DType.FP32, Device.CPU, 1, 5, 6).narrow(2, 0, 3);
      assertThatThrownBy(() -> VisionZipSelect.fromLogits(parameters(true, 2, 1), logits, strided))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith("stride S of key_mean [B,S,d] must be 3 (contiguous), got 6");
    }
  }
}
