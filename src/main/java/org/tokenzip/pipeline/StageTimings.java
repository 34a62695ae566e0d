// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Wall time per stage of one answer. On a GPU a stage's device work counts where the host waits for
 * it. A turn that reuses an earlier picture spends nothing in the vision stages. Rows of a batch
 * share their stages, so each row reports the time of the whole batch.
 */
public final class StageTimings {
  private final EnumMap<Stage, Long> nanos;

  private StageTimings(EnumMap<Stage, Long> nanos) {
    this.nanos = nanos;
  }

  /** Nanoseconds spent in {@code stage}; 0 if it did not run. */
  public long nanos(Stage stage) {
    return nanos.getOrDefault(stage, 0L);
  }

  /** Milliseconds spent in {@code stage}; 0 if it did not run. */
  public double millis(Stage stage) {
    return nanos(stage) / 1e6;
  }

  /** Milliseconds of every stage by {@link Stage#key()}, in the order of the stages. */
  public Map<String, Double> millis() {
    Map<String, Double> all = new LinkedHashMap<>();
    for (Stage stage : Stage.values()) {
      all.put(stage.key(), millis(stage));
    }
    return all;
  }

  @Override
  public String toString() {
    return millis().toString();
  }

  /** Adds up time per stage; confined to one thread. */
  static final class Clock {
    private final EnumMap<Stage, Long> nanos = new EnumMap<>(Stage.class);
    private long mark = System.nanoTime();

    /** Forgets the time since the last stage ended. */
    void start() {
      mark = System.nanoTime();
    }

    /** Adds the time since {@link #start()} or the last {@code end} to {@code stage}. */
    void end(Stage stage) {
      long now = System.nanoTime();
      nanos.merge(stage, now - mark, Long::sum);
      mark = now;
    }

    /** Adds what another clock counted. */
    void add(StageTimings other) {
      other.nanos.forEach((stage, time) -> nanos.merge(stage, time, Long::sum));
    }

    StageTimings timings() {
      return new StageTimings(new EnumMap<>(nanos));
    }
  }
}
