// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.Function;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.tokenzip.tensor.Tensors;

/** Lists of token indices: int32 for our operators, int64 for those of libtorch. */
final class Indices {
  private Indices() {}

  /** int64 of the same shape. */
  static Tensor wide(Tensor indices) {
    return indices.to(ScalarType.Long);
  }

  /** int32 of the same shape, contiguous. */
  static Tensor narrow(Tensor indices) {
    return indices.to(ScalarType.Int).contiguous();
  }

  /** {@code indices} + {@code offset}, contiguous. */
  static Tensor plus(Tensor indices, long offset) {
    return offset == 0 ? indices.contiguous() : indices.add(new Scalar(offset)).contiguous();
  }

  /** 0 to n - 1 for each of {@code batch} views: int32 [B, n] where {@code like} is. */
  static Tensor upTo(long batch, int n, Tensor like) {
    return rows(batch, like, range(n));
  }

  /** The same list for each of {@code batch} views: int32 [B, n] where {@code like} is. */
  static Tensor rows(long batch, Tensor like, int... list) {
    long[] values = Arrays.stream(list).asLongStream().toArray();
    return Tensors.of(values, 1, values.length)
        .to(like.device(), ScalarType.Int)
        .expand(batch, values.length)
        .contiguous();
  }

  /** 0 to n - 1. */
  static int[] range(int n) {
    int[] range = new int[n];
    Arrays.setAll(range, i -> i);
    return range;
  }

  /** Entries of row {@code image} of a table [B, ..] as integers; waits for the device. */
  static int[] of(Tensor table, int image) {
    return ofRow(table, image, Tensors::toIntArray);
  }

  /** Entries of row {@code image} of a table [B, ..] as numbers; waits for the device. */
  static float[] floats(Tensor table, int image) {
    return ofRow(table, image, Tensors::toFloatArray);
  }

  /**
   * The only row, which most tables have, is the table: a view of it costs more than to read it.
   */
  private static <T> T ofRow(Tensor table, int image, Function<Tensor, T> read) {
    if (table.size(0) == 1) {
      Objects.checkIndex(image, 1);
      return read.apply(table);
    }
    try (Tensor row = table.select(0, image)) {
      return read.apply(row);
    }
  }
}
