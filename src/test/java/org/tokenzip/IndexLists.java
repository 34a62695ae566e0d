// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.tokenzip.tensor.Tensors;

/** Lists of indices that golden vectors of several methods are composed with. */
final class IndexLists {
  private IndexLists() {}

  /** int32 [1, n]. */
  static Tensor tensor(int... indices) {
    long[] values = Arrays.stream(indices).asLongStream().toArray();
    return Tensors.of(values, 1, values.length).to(ScalarType.Int);
  }

  /** What {@code indices} leaves of 0 to n - 1, ascending. */
  static int[] complement(int n, int[] indices) {
    boolean[] taken = new boolean[n];
    Arrays.stream(indices).forEach(i -> taken[i] = true);
    return IntStream.range(0, n).filter(i -> !taken[i]).toArray();
  }

  static int[] plus(int[] indices, int offset) {
    return Arrays.stream(indices).map(i -> i + offset).toArray();
  }

  /** The elements of {@code list} at {@code indices}. */
  static int[] at(int[] list, int[] indices) {
    return Arrays.stream(indices).map(i -> list[i]).toArray();
  }

  static int[] join(int[]... lists) {
    return Arrays.stream(lists).flatMapToInt(Arrays::stream).toArray();
  }

  /** int32 [1, m, 2] for a layout: these rows of piece 0, then {@code second} rows of piece 1. */
  static Tensor plan(int[] first, int second) {
    int[] plan = new int[2 * (first.length + second)];
    for (int i = 0; i < first.length + second; i++) {
      plan[2 * i] = i < first.length ? 0 : 1;
      plan[2 * i + 1] = i < first.length ? first[i] : i - first.length;
    }
    return tensor(plan).reshape(1, first.length + second, 2);
  }
}
