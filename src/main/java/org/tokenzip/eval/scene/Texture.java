// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval.scene;

/** Soft variation of brightness over a background: values from about -1 to 1. */
final class Texture {
  /** Keys' parameter, the usual one. */
  private static final double SHARPNESS = -0.5;

  private Texture() {}

  /** A slope or a cloud, {@code side · side} values row by row. */
  static double[] draw(SceneRandom random, int side) {
    return random.below(3) == 0 ? slope(random, side) : cloud(random, side);
  }

  private static double[] slope(SceneRandom random, int side) {
    double angle = random.between(0, 2 * Math.PI);
    double right = 1.6 * StrictMath.cos(angle);
    double down = 1.6 * StrictMath.sin(angle);
    double[] values = new double[side * side];
    double last = side - 1;
    for (int row = 0; row < side; row++) {
      for (int column = 0; column < side; column++) {
        values[row * side + column] = right * (column / last - 0.5) + down * (row / last - 0.5);
      }
    }
    return values;
  }

  /** A coarse grid of normal values, magnified bicubically. */
  private static double[] cloud(SceneRandom random, int side) {
    int coarse = 3 + random.below(5);
    double[] grid = new double[coarse * coarse];
    for (int i = 0; i < grid.length; i++) {
      grid[i] = random.gaussian();
    }
    double[][] taps = taps(coarse, side);
    double[] values = new double[side * side];
    double largest = 0;
    for (int i = 0; i < values.length; i++) {
      double[] vertical = taps[i / side];
      double[] horizontal = taps[i % side];
      for (int y = 0; y < coarse; y++) {
        for (int x = 0; vertical[y] != 0 && x < coarse; x++) {
          values[i] += vertical[y] * horizontal[x] * grid[y * coarse + x];
        }
      }
      largest = Math.max(largest, Math.abs(values[i]));
    }
    for (int i = 0; i < values.length; i++) {
      values[i] /= largest + 1e-6;
    }
    return values;
  }

  /** For each fine position the weights of all coarse ones, which add up to 1. */
  private static double[][] taps(int coarse, int fine) {
    double[][] taps = new double[fine][coarse];
    for (int i = 0; i < fine; i++) {
      double centre = (i + 0.5) * coarse / fine - 0.5;
      double sum = 0;
      for (int j = 0; j < coarse; j++) {
        taps[i][j] = cubic(Math.abs(j - centre));
        sum += taps[i][j];
      }
      for (int j = 0; j < coarse; j++) {
        taps[i][j] /= sum;
      }
    }
    return taps;
  }

  private static double cubic(double distance) {
    if (distance < 1) {
      return ((SHARPNESS + 2) * distance - (SHARPNESS + 3)) * distance * distance + 1;
    }
    return distance >= 2 ? 0 : (((distance - 5) * distance + 8) * distance - 4) * SHARPNESS;
  }
}
