// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Budgets and settings of the methods that act inside the language model. */
class DecoderMethodsTest {
  private static final TowerShape TOWER = new TowerShape(23, 24, true);
  private static final Budget BUDGET = new Budget(64, TOWER, new DecoderShape(32));

  private static TokenCompressor make(CompressionMethod method, Map<String, String> settings) {
    return method.make(BUDGET, new Settings(settings));
  }

  @Test
  void fastVLeavesTheBudgetFromItsLayerOn() {
    FastVOptions options = FastVOptions.forBudget(BUDGET);
    assertThat(options.layer()).isEqualTo(2);
    assertThat(options.kept(576)).isEqualTo(64);
    assertThat(options.kept(2880)).isEqualTo(320);
    assertThat(FastVOptions.defaults().kept(577)).isEqualTo(289);
    assertThat(FastVOptions.forBudget(new Budget(9, TOWER, new DecoderShape(2))).layer())
        .isEqualTo(1);
    FastV set = (FastV) make(FastV.METHOD, Map.of("k", "3", "r", "0.5", "positions", "packed"));
    assertThat(set.options()).isEqualTo(new FastVOptions(3, 0.5, PositionPolicy.PACKED));
  }

  @Test
  void everyBudgetIsKeptToTheToken() {
    for (int keep = 1; keep <= 576; keep++) {
      Budget budget = new Budget(keep, TOWER, new DecoderShape(32));
      assertThat(FastVOptions.forBudget(budget).kept(576)).isEqualTo(keep);
      int[] plan = FiCoCoLOptions.forBudget(budget).removals().plan(576, 27);
      assertThat(576 - IntStream.of(plan).sum()).isEqualTo(keep);
    }
  }

  @ParameterizedTest
  @CsvSource({"40, 4", "32, 4", "16, 4", "12, 3", "6, 1", "4, 1", "3, 1", "2, 0"})
  void fiCoCoLBeginsEarlierInAShallowDecoder(int layers, int first) {
    assertThat(FiCoCoLOptions.startLayer(new DecoderShape(layers))).isEqualTo(first);
  }

  @Test
  void removalsAreEqualUntilTheBudgetIsLeft() {
    int[] plan = FiCoCoLOptions.defaults().removals().plan(576, 27);
    assertThat(plan).startsWith(19, 19).endsWith(19, 18);
    assertThat(new DecoderRemovals(List.of(), 30, 0.5).plan(100, 4)).containsExactly(30, 20, 0, 0);
    assertThat(DecoderRemovals.leaving(1).plan(100, 3)).containsExactly(0, 0, 0);
    assertThat(DecoderRemovals.leaving(0).plan(10, 2)).containsExactly(5, 4);
    assertThat(DecoderRemovals.of(List.of(4, 0, 9)).plan(10, 4)).containsExactly(4, 0, 5, 0);
    assertThat(DecoderRemovals.of(List.of(3)).plan(1, 2)).containsExactly(0, 0);
  }

  @Test
  void fiCoCoVLDividesTheBudgetByTheSameFactorTwice() {
    FiCoCoVL both = (FiCoCoVL) make(FiCoCoVL.METHOD, Map.of());
    int removed =
        both.tower().options().schedule().removals().stream().mapToInt(Integer::intValue).sum();
    assertThat(576 - removed).isEqualTo(192);
    int[] plan = both.decoder().options().removals().plan(192, 27);
    assertThat(192 - IntStream.of(plan).sum()).isEqualTo(64);
    FiCoCoVL set =
        (FiCoCoVL)
            make(
                FiCoCoVL.METHOD,
                Map.of("removals", "30", "lambda", "0.5", "decoder-removals", "9,8"));
    assertThat(set.tower().options().lambda()).isEqualTo(0.5);
    assertThat(set.decoder().options().removals().plan(100, 3)).containsExactly(9, 8, 0);
  }

  @Test
  void everyParameterOfFiCoCoLCanBeSet() {
    FiCoCoL set =
        (FiCoCoL)
            make(
                FiCoCoL.METHOD,
                Map.of(
                    "beta", "0.1",
                    "gamma", "0.2",
                    "epsilon", "0.9",
                    "start-layer", "7",
                    "r", "5",
                    "positions", "original",
                    "preset", "released"));
    assertThat(set.options())
        .isEqualTo(
            new FiCoCoLOptions(
                0.1,
                0.2,
                0.9,
                7,
                new DecoderRemovals(List.of(), 5, 64 / 576.0),
                PositionPolicy.ORIGINAL,
                FiCoCoPreset.RELEASED));
  }

  @Test
  void whatTheLanguageModelHasNoLayersForIsRefused() {
    DecoderShape two = new DecoderShape(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FastV(FastVOptions.defaults()).insideDecoder(two))
        .withMessage("k: expected a layer below the 2 that the language model has, got 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FiCoCoL(FiCoCoLOptions.defaults()).insideDecoder(two))
        .withMessage(
            "start-layer: expected a layer before the last of the 2 that the language model has,"
                + " got 4");
    FiCoCoLOptions many = FiCoCoLOptions.of(1, DecoderRemovals.of(List.of(1, 1, 1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FiCoCoL(many).insideDecoder(new DecoderShape(4)))
        .withMessage("removals: expected at most 2, for layers 1 to 2, got 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FastVOptions(0, 0.5, PositionPolicy.ORIGINAL))
        .withMessage("k: expected a layer from 1 on, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FastVOptions(2, Double.NaN, PositionPolicy.ORIGINAL))
        .withMessage("r: expected a share from 0 to 1, got NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DecoderRemovals.of(List.of(3, -1)))
        .withMessage("removals: expected 0 or more tokens, got [3, -1]");
  }

  @Test
  void mergedTokensAreAccountedForThroughSeveralSteps() {
    Provenance patches = Provenance.everyPatch(1, 6, true);
    Provenance once =
        patches.after(
            new ReductionStep(1, new int[] {0, 2, 3, 5}, List.of(new int[] {1}, new int[] {1, 3})));
    Provenance twice =
        once.after(new ReductionStep(2, new int[] {0, 2}, List.of(new int[] {1}, new int[] {})));
    assertThat(twice.keptPatches()).containsExactly(0);
    assertThat(twice.targetPatches()).containsExactly(3);
    assertThat(twice.mergedPatches()).containsExactly(entry(1, 3), entry(2, 3), entry(4, 3));
  }
}
