// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.testing.Values;

/** Pictures of different sizes in one call get what each gets alone. */
@ExtendWith(NoLeaks.class)
class RaggedTest {
  private static final float SCALE = 0.25f;
  private static final int[] COUNTS = {7, 0, 4};
  private static final int TOTAL = 11;
  private static final int MOST = 7;
  private static final Ragged RAGGED = Ragged.of(COUNTS);

  @Test
  void countsBecomeOffsets() {
    assertThat(RAGGED.batch()).isEqualTo(3);
    assertThat(RAGGED.maxTokens()).isEqualTo(MOST);
    assertThat(Ragged.of().batch()).isZero();
    assertThatThrownBy(() -> Ragged.of(2, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("counts: expected 0 or more tokens, got -1 for picture 1");
  }

  @Test
  void rowLse() {
    try (TensorScope scope = new TensorScope()) {
      Tensor packed = RowLse.apply(RAGGED, query(), keys(), SCALE);
      assertThat(packed.shape()).containsExactly(1, 4, TOTAL);
      forEachPicture(
          (b, first, count) ->
              assertSame(
                  packed.narrow(2, first, count),
                  RowLse.apply(of(query(), 2, b), of(keys(), 2, b), SCALE)));
    }
  }

  @Test
  void receivedAttention() {
    AttentionRange range = AttentionRange.from(1);
    try (TensorScope scope = new TensorScope()) {
      for (boolean perHead : new boolean[] {false, true}) {
        Tensor all =
            AttentionReceived.apply(RAGGED, query(), keys(), SCALE, null, range, perHead)
                .requireFinite();
        Tensor lse = RowLse.apply(RAGGED, query(), keys(), SCALE);
        Tensor given =
            AttentionReceived.apply(RAGGED, query(), keys(), SCALE, lse, range, perHead).values();
        assertThat(Tensors.toFloatArray(given))
            .containsExactly(Tensors.toFloatArray(all), within(1e-6f));
        forEachPicture(
            (b, first, count) ->
                assertPadded(
                    all.select(0, b),
                    AttentionReceived.apply(
                            null, of(query(), 2, b), of(keys(), 2, b), SCALE, null, range, perHead)
                        .values()
                        .select(0, 0)));
      }
    }
  }

  @Test
  void meansOverHeads() {
    try (TensorScope scope = new TensorScope()) {
      Tensor rows = Tensors.of(new float[] {6, 0, -1, 2, 3, 1}, 3, 2).to(ScalarType.Int);
      Tensor logits = HeadMeanLogits.apply(RAGGED, query(), keys(), SCALE, rows, null);
      Tensor means = HeadMeanProbabilities.apply(RAGGED, query(), keys(), SCALE, null, rows);
      assertThat(logits.shape()).containsExactly(3, 2, MOST);
      assertThat(HeadMeanLogits.apply(RAGGED, query(), keys(), SCALE, null, null).shape())
          .containsExactly(3, MOST, MOST);
      assertThat(HeadMeanProbabilities.apply(RAGGED, query(), keys(), SCALE, null, null).shape())
          .containsExactly(3, MOST, MOST);
      forEachPicture(
          (b, first, count) -> {
            Tensor own = rows.narrow(0, b, 1);
            Tensor query = of(query(), 2, b);
            Tensor keys = of(keys(), 2, b);
            for (int row = 0; row < 2; row++) {
              assertPadded(
                  logits.select(0, b).select(0, row),
                  HeadMeanLogits.apply(query, keys, SCALE, own, null).select(0, 0).select(0, row));
              assertPadded(
                  means.select(0, b).select(0, row),
                  HeadMeanProbabilities.apply(query, keys, SCALE, null, own)
                      .select(0, 0)
                      .select(0, row));
            }
          });
    }
  }

  @Test
  void strideTargets() {
    try (TensorScope scope = new TensorScope()) {
      assertThat(Values.ints(StrideTargets.apply(RAGGED, 3)))
          .containsExactly(0, 2, 4, -1, -1, -1, 0, 1, 2);
    }
  }

  @Test
  void visionZip() {
    VisionZipParameters budget =
        new VisionZipParameters(true, 3, 2, MergeMode.TARGET_PLUS_MEAN, SCALE);
    try (TensorScope scope = new TensorScope()) {
      Tensor cls = Values.normal(3, DType.FP32, 3, 4, 16);
      Tensor keys = Values.normal(2, DType.FP32, 1, 4, TOTAL, 16);
      Tensor tokens = Values.normal(4, DType.FP32, 1, TOTAL, 6);
      VisionZipKernel.Result fused = VisionZipKernel.apply(RAGGED, budget, cls, keys, tokens);
      ClsLogitsKeyMean.Result scored = ClsLogitsKeyMean.apply(RAGGED, cls, keys, SCALE);
      VisionZipIndices steps =
          VisionZipSelect.fromLogits(RAGGED, budget, scored.logits(), scored.keyMean());
      Tensor merged = VisionZipMerge.apply(RAGGED, steps, tokens);
      assertSame(merged, fused.tokens());
      forEachPicture(
          (b, first, count) -> {
            VisionZipKernel.Result alone =
                VisionZipKernel.apply(
                    budget, cls.narrow(0, b, 1), of(keys, 2, b), of(tokens, 1, b));
            assertPadded(merged.select(0, b), alone.tokens().select(0, 0));
            assertPadded(steps.scores().select(0, b), alone.indices().scores().select(0, 0));
            assertThat(Values.ints(steps.dominant().select(0, b)))
                .startsWith(Values.ints(alone.indices().dominant()));
          });
    }
  }

  @Test
  void visionZipFromScores() {
    for (boolean hasCls : new boolean[] {false, true}) {
      VisionZipParameters budget =
          new VisionZipParameters(hasCls, 2, 1, MergeMode.MEAN_WITH_TARGET, SCALE);
      try (TensorScope scope = new TensorScope()) {
        Tensor keyMean = Values.normal(2, DType.FP32, 1, TOTAL, 16);
        Tensor scores = Values.uniform(3, DType.FP32, 1, TOTAL);
        Tensor tokens = Values.normal(4, DType.FP32, 1, TOTAL, 6);
        VisionZipIndices all = VisionZipSelect.fromScores(RAGGED, budget, scores, keyMean);
        Tensor merged = VisionZipMerge.apply(RAGGED, all, tokens);
        forEachPicture(
            (b, first, count) -> {
              int cls = hasCls ? 1 : 0; // the score of CLS is not looked at
              VisionZipIndices alone =
                  VisionZipSelect.fromScores(
                      budget, scores.narrow(1, first + cls, count - cls), of(keyMean, 1, b));
              assertPadded(
                  merged.select(0, b), VisionZipMerge.apply(alone, of(tokens, 1, b)).select(0, 0));
            });
        assertThatThrownBy(() -> VisionZipMerge.apply(all, tokens))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  /** The last picture has fewer patches than should go and keeps one. */
  @Test
  void ficocoV() {
    for (boolean hasCls : new boolean[] {false, true}) {
      for (boolean released : new boolean[] {false, true}) {
        try (TensorScope scope = new TensorScope()) {
          checkFicocoV(hasCls, released);
        }
      }
    }
  }

  private static void checkFicocoV(boolean hasCls, boolean released) {
    int cls = hasCls ? 1 : 0;
    int most = MOST - cls;
    Tensor tokens = Values.normal(4, DType.FP32, 1, TOTAL, 6);
    Tensor cells = Values.normal(5, DType.FP32, 3, most).argsort(1, false).to(ScalarType.Int);
    Tensor special = Values.uniform(6, DType.FP32, 1, TOTAL);
    Tensor seen = Values.uniform(7, DType.FP32, 3, most);
    boolean given = !released || !hasCls;
    FicocoVLayer.Result all =
        FicocoVLayer.apply(
            RAGGED,
            ficoco(hasCls, released, 4),
            query(),
            keys(),
            tokens,
            cells,
            released ? null : RowLse.apply(RAGGED, query(), keys(), SCALE),
            released ? null : seen,
            given ? special : null);
    int room = most - 4;
    assertThat(all.tokens().shape()).containsExactly(3, cls + room, 6);
    assertThat(all.targets().shape()).containsExactly(3, 4, 2);
    forEachPicture(
        (b, first, count) -> {
          int patches = count - cls;
          Tensor query = of(query(), 2, b);
          Tensor keys = of(keys(), 2, b);
          FicocoVLayer.Result alone =
              FicocoVLayer.apply(
                  ficoco(hasCls, released, Math.min(4, patches - 1)),
                  query,
                  keys,
                  of(tokens, 1, b),
                  cells.narrow(0, b, 1).narrow(1, 0, patches),
                  released ? null : RowLse.apply(query, keys, SCALE),
                  released ? null : seen.narrow(0, b, 1).narrow(1, 0, patches),
                  given ? special.narrow(1, first + cls, patches) : null);
          assertPadded(all.tokens().select(0, b), alone.tokens().select(0, 0));
          assertPadded(all.scores().select(0, b), alone.scores().select(0, 0));
          assertPadded(all.weights().select(0, b).flatten(), alone.weights().flatten());
          assertListed(all.removed().select(0, b), alone.removed());
          assertListed(all.kept().select(0, b), alone.kept());
          assertListed(all.cells().select(0, b), alone.cells());
          assertListed(all.targets().select(0, b), alone.targets());
        });
    for (Tensor list : List.of(all.removed(), all.kept(), all.cells(), all.targets())) {
      assertThat(Values.ints(list.select(0, 1))).containsOnly(-1);
    }
    assertThat(Values.ints(all.count().select(0, 1))).containsOnly(0);
    assertThat(Tensors.toFloatArray(all.tokens().select(0, 1))).containsOnly(0);
    assertThat(Values.ints(all.nonFinite())).containsOnly(0);
  }

  private static FicocoVParameters ficoco(boolean hasCls, boolean released, int removals) {
    return new FicocoVParameters(
        released, hasCls, SCALE, 0.5, 0.6, removals, 2, new LocalPenalty.Grid(3, 3, 2, 2, 2));
  }

  private static void assertListed(Tensor actual, Tensor alone) {
    int[] own = Values.ints(alone);
    int[] padded = Arrays.copyOf(own, Values.ints(actual).length);
    Arrays.fill(padded, own.length, padded.length, -1);
    assertThat(Values.ints(actual)).isEqualTo(padded);
  }

  private static Tensor query() {
    return Values.normal(1, DType.FP32, 1, 4, TOTAL, 16);
  }

  /** Two query heads to a key head. */
  private static Tensor keys() {
    return Values.normal(2, DType.FP32, 1, 2, TOTAL, 16);
  }

  private interface PictureCheck {
    void check(int picture, int first, int count);
  }

  private static void forEachPicture(PictureCheck check) {
    int first = 0;
    for (int b = 0; b < COUNTS.length; b++) {
      if (COUNTS[b] > 0) {
        check.check(b, first, COUNTS[b]);
      }
      first += COUNTS[b];
    }
  }

  /** The tokens of one picture, which are those of a dimension. */
  private static Tensor of(Tensor packed, int dimension, int picture) {
    int first = 0;
    for (int b = 0; b < picture; b++) {
      first += COUNTS[b];
    }
    return packed.narrow(dimension, first, COUNTS[picture]);
  }

  private static void assertSame(Tensor actual, Tensor expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(Tensors.toFloatArray(actual)).isEqualTo(Tensors.toFloatArray(expected));
  }

  /** What one has more than the other, heads and widths being the same, is zero. */
  private static void assertPadded(Tensor actual, Tensor alone) {
    int dimension = actual.size(0) == alone.size(0) && actual.dim() > 1 ? 1 : 0;
    long own = alone.size(dimension);
    assertSame(actual.narrow(dimension, 0, own), alone);
    Tensor rest = actual.narrow(dimension, own, actual.size(dimension) - own);
    for (float value : Tensors.toFloatArray(rest)) {
      assertThat(value).isZero();
    }
  }
}
