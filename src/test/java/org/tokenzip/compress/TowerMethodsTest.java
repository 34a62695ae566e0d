// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tokenzip.compress.OutputToken.Kind;
import org.tokenzip.runtime.NonFiniteInputException;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.testing.Values;

/** What the methods inside the tower have in common, on layers of random numbers. */
@ExtendWith(NoLeaks.class)
class TowerMethodsTest {
  private static final TowerShape TOWER = new TowerShape(4, 6, true);

  static Stream<String> methods() {
    return Stream.of(FiCoCoV.NAME, ToMe.NAME, EViT.NAME);
  }

  private static TokenCompressor method(String name, int keep, Map<String, String> settings) {
    return Compressors.byName(name)
        .make(new Budget(keep, TOWER, new DecoderShape(4)), new Settings(settings));
  }

  /** Runs a reduction through a tower whose feed-forward parts do nothing. */
  private static Tensor run(TowerReduction reduction, Tensor hidden, int layers) {
    Tensor tokens = hidden;
    for (int i = 0; i < layers; i++) {
      tokens = reduction.afterAttention(layer(i, tokens, true));
    }
    return tokens;
  }

  /** Queries and keys are parts of the tokens. */
  private static TowerLayer layer(int index, Tensor tokens, boolean hasCls) {
    Tensor heads = tokens.unflatten(2, 3, -1).transpose(1, 2); // [B, 3, S, 8]
    Tensor queries = heads.narrow(3, index % 4, 4);
    return new TowerLayer(index, tokens, queries, heads.narrow(3, 4 - index % 4, 4), hasCls);
  }

  private static Tensor hidden(long views) {
    return Values.normal(7, DType.FP32, views, TOWER.positions(), 24);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void theBudgetIsMetAndEveryPatchAccountedFor(String name) {
    try (TensorScope scope = new TensorScope();
        TowerReduction reduction = method(name, 9, Map.of()).insideTower(TOWER)) {
      Tensor left = run(reduction, hidden(3), TOWER.layers());
      assertThat(left.shape()).containsExactly(3, 10, 24);
      try (TokenSelection selection = reduction.selection()) {
        reduction.close(); // the selection lives on
        assertThat(selection.outputTokens()).isEqualTo(9);
        assertThat(selection.apply(left).shape()).containsExactly(3, 9, 24);
        for (int view = 0; view < 3; view++) {
          Provenance provenance = selection.provenance(view);
          assertThat(provenance.patchesPerView()).isEqualTo(36);
          boolean[] there = new boolean[36];
          for (OutputToken token : provenance.tokens()) {
            if (token.anchor() >= 0) {
              there[token.anchor()] = true;
            }
            Arrays.stream(token.sources()).forEach(patch -> there[patch] = true);
          }
          assertThat(there).doesNotContain(false);
        }
        assertThatThrownBy(() -> selection.provenance(3))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aViewIsTreatedInABatchAsAlone(String name) {
    try (TensorScope scope = new TensorScope();
        TowerReduction together = method(name, 9, Map.of()).insideTower(TOWER);
        TowerReduction alone = method(name, 9, Map.of()).insideTower(TOWER)) {
      Tensor left = run(together, hidden(3), TOWER.layers());
      Tensor own = run(alone, hidden(3).narrow(0, 2, 1), TOWER.layers());
      try (TokenSelection all = together.selection();
          TokenSelection one = alone.selection()) {
        assertThat(Tensors.toFloatArray(one.apply(own)))
            .isEqualTo(Tensors.toFloatArray(all.apply(left).narrow(0, 2, 1)));
        assertThat(text(one.provenance(0))).isEqualTo(text(all.provenance(2)));
        assertThat(one.provenance(0).scores()).isEqualTo(all.provenance(2).scores());
      }
    }
  }

  private static List<String> text(Provenance provenance) {
    return provenance.tokens().stream()
        .map(t -> t.kind() + " " + t.anchor() + " " + Arrays.toString(t.sources()))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aBudgetOfAllPatchesLeavesTheTowerAlone(String name) {
    assertThat(method(name, 36, Map.of()).insideTower(TOWER)).isNull();
    assertThat(method(name, 1000, Map.of()).insideTower(TOWER)).isNull();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aLayerThatRemovesNothingPassesItsTokensOn(String name) {
    String setting = name.equals(EViT.NAME) ? "layers" : "removals";
    String value = name.equals(EViT.NAME) ? "3" : "0,0,0,4";
    Map<String, String> settings =
        name.equals(FiCoCoV.NAME)
            ? Map.of(setting, value, "start-layer", "0")
            : Map.of(setting, value);
    try (TensorScope scope = new TensorScope();
        TowerReduction reduction = method(name, 9, settings).insideTower(TOWER)) {
      Tensor tokens = hidden(1);
      TowerLayer first = layer(0, tokens, true);
      assertThat(reduction.afterAttention(first)).isSameAs(tokens);
      assertThat(reduction.keyBias()).isNull();
      assertThat(run(reduction, tokens, TOWER.layers()).size(1)).isLessThan(37);
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void whatIsNotANumberDecidesNothing(String name) {
    try (TensorScope scope = new TensorScope();
        TowerReduction reduction = method(name, 9, Map.of()).insideTower(TOWER)) {
      float[] values = Tensors.toFloatArray(hidden(2));
      values[TOWER.positions() * 24 + 30] = Float.NaN;
      Tensor tokens = Tensors.of(values, 2, TOWER.positions(), 24);
      assertThatThrownBy(() -> run(reduction, tokens, TOWER.layers()))
          .isInstanceOf(NonFiniteInputException.class);
    }
  }

  @Test
  void onePatchIsTheLeastFiCoCoLeaves() {
    FiCoCoVOptions options = FiCoCoVOptions.of(RemovalSchedule.constant(0, 99, 4));
    try (TensorScope scope = new TensorScope();
        TowerReduction reduction = new FiCoCoV(options).insideTower(TOWER)) {
      assertThat(run(reduction, hidden(2), 4).size(1)).isEqualTo(2);
      try (TokenSelection selection = reduction.selection()) {
        assertThat(selection.provenance(1).tokens())
            .singleElement()
            .satisfies(token -> assertThat(token.kind()).isEqualTo(Kind.MERGED));
      }
    }
  }

  @Test
  void towersWithoutClsNeedNone() {
    TowerShape tower = new TowerShape(4, 6, false);
    for (String name : List.of(FiCoCoV.NAME, ToMe.NAME)) {
      for (String preset : List.of("paper", "released")) {
        Map<String, String> settings = name.equals(ToMe.NAME) ? Map.of() : Map.of("preset", preset);
        try (TensorScope scope = new TensorScope();
            TowerReduction reduction =
                Compressors.byName(name)
                    .make(new Budget(9, tower, new DecoderShape(4)), new Settings(settings))
                    .insideTower(tower)) {
          Tensor tokens = Values.normal(5, DType.FP32, 2, 36, 24);
          for (int i = 0; i < 4; i++) {
            tokens = reduction.afterAttention(layer(i, tokens, false));
          }
          assertThat(tokens.shape()).containsExactly(2, 9, 24);
          try (TokenSelection selection = reduction.selection()) {
            int[] places =
                selection.provenance(0).tokens().stream().mapToInt(OutputToken::anchor).toArray();
            assertThat(places).isSorted().hasSize(9);
          }
        }
      }
    }
    assertThatThrownBy(() -> new EViT(EViTOptions.defaults()).insideTower(tower))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("EViT: expected a vision tower with a CLS token, got one without");
  }

  @Test
  void layersThatDoNotRunAreRefused() {
    assertThatThrownBy(() -> new FiCoCoV(FiCoCoVOptions.defaults()).insideTower(TOWER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("removals: expected layers below 4, which run in this tower, got 12 to 22");
    assertThatThrownBy(() -> new EViT(EViTOptions.defaults()).insideTower(TOWER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("layers: expected layers below 4, which run in this tower, got [6, 12, 18]");
  }

  @Test
  void equalCorrelationsAllReceiveAShare() {
    try (TensorScope scope = new TensorScope()) {
      Tensor equal = Tensors.of(new float[] {0.5f, 0.5f, 0.25f, 0, 0, 0}, 1, 2, 3);
      FiCoCoShares shares = FiCoCoShares.of(equal, FiCoCoVOptions.EPSILON, false);
      assertThat(Values.ints(shares.targets())).startsWith(0, 1, -1);
      assertThat(Tensors.toFloatArray(shares.weights()))
          .containsExactly(0.5f, 0.5f, 0, 0, 0, 0); // the second row has nothing to hand over
      assertThat(Tensors.toFloatArray(FiCoCoShares.of(equal, 1, true).weights()))
          .startsWith(0.5f, 0.5f, 0);
    }
  }

  @Test
  void proportionalAttentionCanBeLeftOut() {
    try (TensorScope scope = new TensorScope();
        TowerReduction with = method(ToMe.NAME, 9, Map.of()).insideTower(TOWER);
        TowerReduction without =
            method(ToMe.NAME, 9, Map.of("proportional", "false")).insideTower(TOWER)) {
      with.afterAttention(layer(0, hidden(1), true));
      without.afterAttention(layer(0, hidden(1), true));
      assertThat(with.keyBias()).isNotNull();
      assertThat(Tensors.toFloatArray(with.keyBias().exp())).contains(2f);
      assertThat(without.keyBias()).isNull();
    }
  }
}
