// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The answer that a benchmark problem is built around, for one image: which positions VisionZip has
 * to keep, which of the others are its targets, and where the rest has to go.
 *
 * @param kept positions, ascending, CLS (0) first
 * @param targets positions, ascending
 * @param merged positions, ascending
 * @param assignment index into {@code targets} of each merged position
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PlantedSelection(int[] kept, int[] targets, int[] merged, int[] assignment) {

  /** A random answer for {@code tokens} positions of which {@code dominant} are kept. */
  static PlantedSelection random(Random random, int tokens, int dominant, int contextual) {
    BitSet keep = new BitSet(tokens);
    keep.set(0);
    while (keep.cardinality() < dominant) {
      keep.set(1 + random.nextInt(tokens - 1));
    }
    int[] rest = IntStream.range(0, tokens).filter(position -> !keep.get(position)).toArray();
    int step = rest.length / contextual;
    int[] targets = IntStream.range(0, contextual).map(target -> rest[target * step]).toArray();
    int[] merged = Arrays.stream(rest).filter(p -> Arrays.binarySearch(targets, p) < 0).toArray();
    int[] assignment = random.ints(merged.length, 0, contextual).toArray();
    return new PlantedSelection(keep.stream().toArray(), targets, merged, assignment);
  }

  /** For each of {@code tokens} positions the target whose cluster it lies in; kept ones: -1. */
  int[] clusters(int tokens) {
    int[] cluster = new int[tokens];
    Arrays.fill(cluster, -1);
    for (int target = 0; target < targets.length; target++) {
      cluster[targets[target]] = target;
    }
    for (int i = 0; i < merged.length; i++) {
      cluster[merged[i]] = assignment[i];
    }
    return cluster;
  }
}
