// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Lists of indices that golden vectors of several methods are composed with. */
final class IndexLists {
  private IndexLists() {}

  /** What {@code indices} leaves of 0 to n - 1, ascending. */
  static int[] complement(int n, int[] indices) {
    boolean[] taken = new boolean[n];
    Arrays.stream(indices).forEach(i -> taken[i] = true);
    return IntStream.range(0, n).filter(i -> !taken[i]).toArray();
  }

  /** The elements of {@code list} at {@code indices}. */
  static int[] at(int[] list, int[] indices) {
    return Arrays.stream(indices).map(i -> list[i]).toArray();
  }

  static int[] join(int[]... lists) {
    return Arrays.stream(lists).flatMapToInt(Arrays::stream).toArray();
  }
}
