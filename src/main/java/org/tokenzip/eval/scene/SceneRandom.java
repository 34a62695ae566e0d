// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval.scene;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Random numbers that are the same on every Java runtime, now and later: SplitMix64 (Steele, Lea,
 * Flood, OOPSLA 2014), with everything derived from it spelled out here. For one thread.
 */
final class SceneRandom {
  private long state;

  SceneRandom(long seed) {
    state = seed;
  }

  private long next() {
    state += 0x9E3779B97F4A7C15L;
    long mixed = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  /** A number in [0, 1). */
  double fraction() {
    return (next() >>> 11) * 0x1p-53;
  }

  /** A number in [low, high). */
  double between(double low, double high) {
    return low + (high - low) * fraction();
  }

  /** A whole number in [0, bound); the bias of a bound this small is below 1e-9. */
  int below(int bound) {
    return (int) (((next() >>> 33) * bound) >>> 31);
  }

  /** True with this probability. */
  boolean chance(double probability) {
    return fraction() < probability;
  }

  /** One of the elements. */
  <T> T pick(List<T> elements) {
    return elements.get(below(elements.size()));
  }

  /** Index i with probability weights[i]; they add up to 1. */
  int weighted(double... weights) {
    double left = fraction();
    for (int i = 0; i < weights.length - 1; i++) {
      left -= weights[i];
      if (left < 0) {
        return i;
      }
    }
    return weights.length - 1;
  }

  /** {@code count} different elements in random order. */
  <T> List<T> sample(List<T> elements, int count) {
    List<T> pool = new ArrayList<>(elements);
    for (int i = 0; i < count; i++) {
      Collections.swap(pool, i, i + below(pool.size() - i));
    }
    return List.copyOf(pool.subList(0, count));
  }

  /**
   * Normally distributed with mean 0 and variance 1 (Marsaglia's polar method, one of the pair).
   */
  double gaussian() {
    while (true) {
      double x = between(-1, 1);
      double y = between(-1, 1);
      double square = x * x + y * y;
      if (square > 0 && square < 1) {
        return x * Math.sqrt(-2 * StrictMath.log(square) / square);
      }
    }
  }
}
