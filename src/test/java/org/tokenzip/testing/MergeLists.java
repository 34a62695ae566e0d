// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.testing;

import java.util.Arrays;
import java.util.SortedMap;
import org.tokenzip.compress.OutputToken.Kind;
import org.tokenzip.compress.Provenance;

/**
 * The provenance of one view as reference files write it: positions of the tower's sequence, CLS
 * included.
 *
 * @param assignment for each entry of {@code merged}, the entry of {@code targets} it went to
 */
@SuppressWarnings("ArrayRecordComponent")
public record MergeLists(int[] kept, int[] targets, int[] merged, int[] assignment) {
  /** The lists of {@code provenance}. */
  public static MergeLists of(Provenance provenance) {
    int first = provenance.hasCls() ? 1 : 0;
    int[] targets = provenance.targetPatches();
    SortedMap<Integer, Integer> merged = provenance.mergedPatches();
    return new MergeLists(
        provenance.tokens().stream()
            .filter(token -> token.kind() == Kind.CLS || token.kind() == Kind.KEPT)
            .mapToInt(token -> token.anchor() + first)
            .toArray(),
        Arrays.stream(targets).map(patch -> patch + first).toArray(),
        merged.keySet().stream().mapToInt(patch -> patch + first).toArray(),
        merged.values().stream()
            .mapToInt(target -> Arrays.binarySearch(targets, target))
            .toArray());
  }
}
