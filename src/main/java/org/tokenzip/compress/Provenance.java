// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.Arrays;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where the output tokens of one image come from. The output is one token for each entry of {@code
 * kept}, then one for each entry of {@code targets}. All but {@code assignment} are positions of
 * the tower's sequence, in ascending order; patch p of the grid (row major) is position p + 1 where
 * the tower has a CLS token, p where it has none.
 *
 * @param kept positions whose token is passed on unchanged
 * @param targets positions whose token absorbs others
 * @param merged positions whose token is absorbed
 * @param assignment for each entry of {@code merged}, the entry of {@code targets} it went to
 * @param scores score of every patch, in the order of the grid; empty where nothing is scored
 * @param hasCls whether position 0 is a CLS token rather than a patch
 */
@SuppressWarnings("ArrayRecordComponent")
public record Provenance(
    int[] kept, int[] targets, int[] merged, int[] assignment, float[] scores, boolean hasCls) {

  /** Number of tokens that come out. */
  public int outputTokens() {
    return kept.length + targets.length;
  }

  /** Patches passed on unchanged, ascending; a kept CLS token is not one. */
  public int[] keptPatches() {
    return Arrays.stream(kept).map(this::patch).filter(patch -> patch >= 0).toArray();
  }

  /** Patches that absorb others, ascending. */
  public int[] targetPatches() {
    return Arrays.stream(targets).map(this::patch).toArray();
  }

  /** Every absorbed patch with the target patch it went to, by ascending patch. */
  public SortedMap<Integer, Integer> mergedPatches() {
    SortedMap<Integer, Integer> targetOf = new TreeMap<>();
    for (int i = 0; i < merged.length; i++) {
      targetOf.put(patch(merged[i]), patch(targets[assignment[i]]));
    }
    return Collections.unmodifiableSortedMap(targetOf);
  }

  private int patch(int position) {
    return hasCls ? position - 1 : position;
  }
}
