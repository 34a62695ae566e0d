// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.List;

/**
 * What one reduction inside the language model did to the visual tokens that were left.
 *
 * @param layer where it happened, from 0
 * @param kept which of them stayed, ascending
 * @param targets for each of the others, by ascending place, which of the kept ones took it in:
 *     places in {@code kept}; empty where it was dropped
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record ReductionStep(int layer, int[] kept, List<int[]> targets) {
  public ReductionStep {
    targets = List.copyOf(targets);
  }
}
