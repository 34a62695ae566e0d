// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.tokenzip.runtime.NonFiniteInputException;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.testing.Values;

/** FiCoCo-V's layer: a literal example, and its steps taken one by one. */
class FicocoVLayerTest {
  @RegisterExtension static final NoLeaks NO_LEAKS = new NoLeaks();

  private static final int BATCH = 2;
  private static final int HEADS = 4;
  private static final int PATCHES = 60;
  private static final int REMOVALS = 13;
  private static final float SCALE = 0.25f;
  private static final LocalPenalty.Grid GRID = new LocalPenalty.Grid(8, 9, 2, 2, 2);

  private static FicocoVParameters parameters(boolean released, int removals, int listed) {
    return new FicocoVParameters(released, true, SCALE, 0.65, 0.97, removals, listed, GRID);
  }

  private final Tensor query = Values.normal(1, DType.FP32, BATCH, HEADS, 1 + PATCHES, 16);
  private final Tensor keys = Values.normal(2, DType.FP32, BATCH, HEADS, 1 + PATCHES, 16);
  private final Tensor tokens = Values.normal(3, DType.FP32, BATCH, 1 + PATCHES, 24);
  private final Tensor cells = upTo(PATCHES).expand(BATCH, PATCHES).contiguous();

  private static Tensor upTo(int n) {
    long[] values = new long[n];
    for (int i = 0; i < n; i++) {
      values[i] = i;
    }
    return Tensors.vector(values).to(ScalarType.Int).unsqueeze(0);
  }

  private static Tensor positions(Tensor patches) {
    return patches.add(new Scalar(1L));
  }

  private FicocoVLayer.Result released(int removals, int listed) {
    return FicocoVLayer.apply(
        parameters(true, removals, listed), query, keys, tokens, cells, null, null, null);
  }

  /** Patch 2 goes and attends to patch 1 alone, which becomes their mean. */
  @Test
  void aRemovedPatchGoesWhereItLooks() {
    try (TensorScope scope = new TensorScope()) {
      FicocoVParameters one =
          new FicocoVParameters(
              false, true, 1, 0.35, 0.998, 1, 1, new LocalPenalty.Grid(1, 3, 2, 2, 2));
      Tensor looks = Tensors.of(new float[] {0, 0, 0, 9}, 1, 1, 4, 1);
      Tensor places = Tensors.of(new float[] {0, 0, 1, 0}, 1, 1, 4, 1);
      FicocoVLayer.Result result =
          FicocoVLayer.apply(
              one,
              looks,
              places,
              Tensors.of(new float[] {7, 1, 2, 4}, 1, 4, 1),
              upTo(3),
              RowLse.apply(looks, places, 1),
              Tensors.of(new float[] {0, 0, 1}, 1, 3),
              Tensors.of(new float[] {1, 1, 0}, 1, 3));
      assertThat(Values.ints(result.removed())).containsExactly(2);
      assertThat(Values.ints(result.kept())).containsExactly(0, 1);
      assertThat(Values.ints(result.targets())).containsExactly(1);
      assertThat(Tensors.toFloatArray(result.weights())).containsExactly(1);
      assertThat(Tensors.toFloatArray(result.tokens())).containsExactly(7, 1, 3);
    }
  }

  @Test
  void isItsStepsInOne() {
    try (TensorScope scope = new TensorScope()) {
      FicocoVLayer.Result result = released(REMOVALS, 2);
      TopK.Result top = TopK.apply(result.scores(), REMOVALS, false);
      assertThat(Values.ints(result.removed())).isEqualTo(Values.ints(top.indices()));
      Tensor rows = positions(result.removed());
      Tensor columns = positions(result.kept());
      Tensor logits = HeadMeanLogits.apply(query, keys, SCALE, rows, columns);
      QuantileSelect.Result chosen = QuantileSelect.apply(logits, 0.97, 2);
      assertThat(Values.ints(result.targets())).isEqualTo(Values.ints(chosen.indices()));
      assertThat(Values.ints(result.count())).isEqualTo(Values.ints(chosen.count()));
      Tensor merged =
          SelfPreservingMerge.apply(
              Gather.apply(tokens, columns),
              Gather.apply(tokens, rows),
              result.targets(),
              result.weights());
      Tensor all = Tensors.concat(1, tokens.narrow(1, 0, 1), merged);
      assertThat(result.tokens().allclose(all, 1e-6, 1e-6, false)).isTrue();
    }
  }

  @Test
  void withoutRemovalsTokensStay() {
    try (TensorScope scope = new TensorScope()) {
      assertThat(released(0, 1).tokens().equal(tokens)).isTrue();
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    try (TensorScope scope = new TensorScope()) {
      assertThatThrownBy(() -> released(PATCHES, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("removals: expected fewer than the 60 patches, got 60");
      assertThatThrownBy(() -> parameters(true, -1, 1))
          .hasMessage("removals: expected 0 or more, got -1");
      keys.select(1, 0).select(1, 5).fill_(new Scalar(Double.NaN));
      assertThatThrownBy(() -> released(REMOVALS, 1)).isInstanceOf(NonFiniteInputException.class);
    }
  }
}
