// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.List;

/**
 * Hyper-parameters of {@link ToMe} (METHODS 6.1).
 *
 * @param schedule how many tokens each layer merges away; a layer does at most half of its patches
 * @param proportional whether attention counts a merged token as often as it has patches
 */
public record ToMeOptions(RemovalSchedule schedule, boolean proportional) {
  /** A schedule with proportional attention, as published. */
  public static ToMeOptions of(RemovalSchedule schedule) {
    return new ToMeOptions(schedule, true);
  }

  /** Those for CLIP-L/336: 192 patches are left of 576. */
  public static ToMeOptions defaults() {
    return of(RemovalSchedule.even(0, 576, 192, 23));
  }

  /** The schedule for a budget: all layers that run, evenly as far as merging in pairs allows. */
  public static RemovalSchedule schedule(int keep, TowerShape tower) {
    int left = Math.min(keep, tower.patches());
    return RemovalSchedule.evenByHalves(0, tower.patches(), left, tower.layers());
  }

  /**
   * A linear ramp around {@code removed}: from {@code removed (1 - inflection)} in the first layer
   * to as much above it in the last.
   *
   * @param inflection from -1 to 1; 0 for a constant, 1 for a start from 0
   */
  public static RemovalSchedule ramp(int removed, double inflection, int layers) {
    if (inflection < -1 || inflection > 1) {
      throw new IllegalArgumentException("inflection: expected -1 to 1, got " + inflection);
    }
    int low = (int) (removed * (1 - inflection));
    int high = 2 * removed - low;
    List<Integer> removals = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      removals.add(layers == 1 ? removed : (int) (low + i * (double) (high - low) / (layers - 1)));
    }
    return new RemovalSchedule(0, removals);
  }
}
