// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemovalScheduleTest {
  private static final TowerShape CLIP_L = new TowerShape(23, 24, true);

  @ParameterizedTest
  @CsvSource({"192, 10, 35, 1, 34", "128, 8, 41, 3, 40", "64, 6, 47, 5, 46"})
  void ficocoVRemovesAsPublished(int keep, int more, int larger, int fewer, int smaller) {
    RemovalSchedule schedule = FiCoCoVOptions.schedule(keep, CLIP_L);
    assertThat(schedule.firstLayer()).isEqualTo(12);
    assertThat(schedule.removals())
        .isEqualTo(
            Stream.of(Collections.nCopies(more, larger), Collections.nCopies(fewer, smaller))
                .flatMap(List::stream)
                .toList());
    assertThat(schedule.at(11)).isZero();
    assertThat(schedule.at(12)).isEqualTo(larger);
    assertThat(schedule.at(22)).isEqualTo(smaller);
    assertThat(schedule.at(23)).isZero();
  }

  @Test
  void halfOfAnyTowerTakesPart() {
    assertThat(FiCoCoVOptions.schedule(16, new TowerShape(4, 16, true)))
        .isEqualTo(new RemovalSchedule(2, List.of(120, 120)));
    assertThat(FiCoCoVOptions.schedule(3, new TowerShape(1, 2, true)))
        .isEqualTo(new RemovalSchedule(0, List.of(1)));
    assertThat(FiCoCoVOptions.schedule(729, new TowerShape(26, 27, false)).removesNothing())
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({"192, 16, 17, 7, 16", "128, 11, 20, 12, 19", "64, 6, 23, 17, 22"})
  void toMeMergesEvenlyInAllLayers(int keep, int more, int larger, int fewer, int smaller) {
    assertThat(ToMeOptions.schedule(keep, CLIP_L).removals())
        .isEqualTo(
            Stream.of(Collections.nCopies(more, larger), Collections.nCopies(fewer, smaller))
                .flatMap(List::stream)
                .toList());
  }

  @Test
  void earlyLayersMakeUpForWhatLateOnesCannotHalve() {
    TowerShape pocket = new TowerShape(4, 16, true);
    assertThat(ToMeOptions.schedule(64, pocket).removals()).containsExactly(48, 48, 48, 48);
    assertThat(ToMeOptions.schedule(32, pocket).removals()).containsExactly(56, 72, 64, 32);
    assertThat(ToMeOptions.schedule(16, pocket).removals()).containsExactly(128, 64, 32, 16);
    assertThatThrownBy(() -> ToMeOptions.schedule(15, pocket))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "keep: expected 16 or more tokens, which halving in 4 layers leaves of 256, got 15");
  }

  @Property
  void halvingIsNeverExceeded(
      @ForAll @IntRange(min = 1, max = 700) int tokens,
      @ForAll @IntRange(min = 1, max = 700) int keep,
      @ForAll @IntRange(min = 1, max = 26) int layers) {
    int left = Math.min(keep, tokens);
    if ((long) left << layers < tokens) {
      return;
    }
    int n = tokens;
    for (int removed : RemovalSchedule.evenByHalves(0, tokens, left, layers).removals()) {
      assertThat(removed).isBetween(0, n / 2);
      n -= removed;
    }
    assertThat(n).isEqualTo(left);
  }

  @Test
  void aRampHasTheMeanItIsMadeAround() {
    assertThat(ToMeOptions.ramp(8, 0, 3).removals()).containsExactly(8, 8, 8);
    assertThat(ToMeOptions.ramp(8, 1, 5).removals()).containsExactly(0, 4, 8, 12, 16);
    assertThat(ToMeOptions.ramp(8, -1, 5).removals()).containsExactly(16, 12, 8, 4, 0);
    assertThat(ToMeOptions.ramp(7, 0.5, 4).removals()).containsExactly(3, 5, 8, 11);
    assertThat(ToMeOptions.ramp(7, 1, 1).removals()).containsExactly(7);
    assertThatThrownBy(() -> ToMeOptions.ramp(7, 1.5, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("inflection: expected -1 to 1, got 1.5");
  }

  @Test
  void oneNumberOfRemovalsStandsForAllLayers() {
    Budget budget = new Budget(64, CLIP_L, new DecoderShape(32));
    FiCoCoV code = (FiCoCoV) FiCoCoV.METHOD.make(budget, new Settings(Map.of("removals", "42")));
    assertThat(code.options().schedule()).isEqualTo(RemovalSchedule.constant(12, 42, 11));
    ToMe list = (ToMe) ToMe.METHOD.make(budget, new Settings(Map.of("removals", "5, 4")));
    assertThat(list.options().schedule()).isEqualTo(new RemovalSchedule(0, List.of(5, 4)));
    FiCoCoV late =
        (FiCoCoV)
            FiCoCoV.METHOD.make(
                budget, new Settings(Map.of("start-layer", "21", "preset", "released")));
    assertThat(late.options().schedule()).isEqualTo(new RemovalSchedule(21, List.of(256, 256)));
    assertThat(late.options().lambda()).isEqualTo(0.65);
  }
}
