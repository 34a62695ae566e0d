// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Two pieces of work timed turn and turn about in one process, so that whatever else the machine
 * does meets both. The ratio is taken within each round, and its median reported.
 *
 * @param benchmark what was measured
 * @param parameters at which sizes
 * @param millis wall time per call of each side, by the side's name
 * @param ratio second side's time over the first's
 * @param target what the median ratio has to reach, or null for a ratio told for information
 */
record Comparison(
    String benchmark,
    Map<String, String> parameters,
    Map<String, Samples> millis,
    Samples ratio,
    @Nullable Target target) {
  private static final int MIN_ROUNDS = 5;
  private static final int MIN_WARM_UP_ROUNDS = 1;

  /** A named piece of work. */
  record Side(String name, Runnable work) {}

  /**
   * Alternates {@code first} and {@code second} until {@code budget} is spent, after a fifth of it
   * for warming up; at least {@value #MIN_ROUNDS} rounds, however long they take.
   *
   * @param block how long a side is repeated before it is the other's turn; a time is the mean over
   *     a block. With zero the sides alternate call by call, and each finds the caches as the other
   *     left them
   */
  static Comparison run(
      String benchmark,
      Map<String, String> parameters,
      Side first,
      Side second,
      Duration block,
      Duration budget,
      @Nullable Target target) {
    long warm = System.nanoTime() + budget.dividedBy(5).toNanos();
    for (int round = 0; round < MIN_WARM_UP_ROUNDS || System.nanoTime() < warm; round++) {
      millisPerCall(first.work(), block);
      millisPerCall(second.work(), block);
    }
    List<Double> firstMillis = new ArrayList<>();
    List<Double> secondMillis = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    long end = System.nanoTime() + budget.toNanos();
    for (int round = 0; round < MIN_ROUNDS || System.nanoTime() < end; round++) {
      double a = millisPerCall(first.work(), block);
      double b = millisPerCall(second.work(), block);
      firstMillis.add(a);
      secondMillis.add(b);
      ratios.add(b / a);
    }
    Map<String, Samples> millis = new LinkedHashMap<>();
    millis.put(first.name(), Samples.of(firstMillis));
    millis.put(second.name(), Samples.of(secondMillis));
    return new Comparison(benchmark, parameters, millis, Samples.of(ratios), target);
  }

  /** Whether the median ratio reaches the target; true without one. */
  boolean isMet() {
    return target == null || target.isMetBy(ratio.median());
  }

  private static double millisPerCall(Runnable work, Duration block) {
    long start = System.nanoTime();
    long elapsed;
    int calls = 0;
    do {
      work.run();
      calls++;
      elapsed = System.nanoTime() - start;
    } while (elapsed < block.toNanos());
    return elapsed / 1e6 / calls;
  }
}
