// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

/**
 * Hyper-parameters of {@link FiCoCoV} (METHODS 4.2).
 *
 * @param preset whose scores
 * @param lambda share of what other patches say in the redundancy, the rest is what CLS says
 * @param epsilon quantile of a removed patch's correlations that its receivers reach, 0 to 1
 * @param window side of the windows in which the most redundant patch is penalised
 * @param coefficient of that penalty, above 0; 1 for none
 * @param schedule which layers remove how many
 */
public record FiCoCoVOptions(
    FiCoCoPreset preset,
    double lambda,
    double epsilon,
    int window,
    double coefficient,
    RemovalSchedule schedule) {

  /** As published. */
  public static final double EPSILON = 0.998;

  public FiCoCoVOptions {
    require("lambda", "0 to 1", lambda, lambda >= 0 && lambda <= 1);
    require("epsilon", "0 to 1", epsilon, epsilon >= 0 && epsilon <= 1);
    require("window", "1 or more patches", window, window >= 1);
    boolean positive = coefficient > 0 && coefficient < Double.POSITIVE_INFINITY;
    require("coefficient", "a finite number above 0", coefficient, positive);
  }

  /** The published parameters with a schedule. */
  public static FiCoCoVOptions of(RemovalSchedule schedule) {
    return of(FiCoCoPreset.PAPER, schedule);
  }

  /** The parameters of a preset with a schedule. */
  public static FiCoCoVOptions of(FiCoCoPreset preset, RemovalSchedule schedule) {
    return new FiCoCoVOptions(preset, lambda(preset), EPSILON, 2, 2, schedule);
  }

  /** Those of the paper for CLIP-L/336: 192 patches are left of 576. */
  public static FiCoCoVOptions defaults() {
    return of(RemovalSchedule.even(12, 576, 192, 11));
  }

  /** The published schedule for a budget: all layers from the middle of the tower on, evenly. */
  public static RemovalSchedule schedule(int keep, TowerShape tower) {
    int first = startLayer(tower);
    return RemovalSchedule.even(first, tower.patches(), keep, tower.layers() - first);
  }

  /** Layer 12 of a tower of 24, of which 23 run; in the same place of a deeper or flatter one. */
  static int startLayer(TowerShape tower) {
    return Math.min(tower.layers() - 1, (tower.layers() + 1) / 2);
  }

  /** Share of the patches' term that goes with a preset. */
  static double lambda(FiCoCoPreset preset) {
    return preset == FiCoCoPreset.PAPER ? 0.35 : 0.65;
  }

  private static void require(String name, String expected, double got, boolean holds) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": expected " + expected + ", got " + got);
    }
  }
}
