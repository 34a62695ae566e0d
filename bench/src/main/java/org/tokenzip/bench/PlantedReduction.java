// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorIndex;
import org.bytedeco.pytorch.TensorIndexVector;
import org.bytedeco.pytorch.global.torch;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;

/**
 * One picture in a layer of CLIP-L/336, built around a known answer of FiCoCo-V: the queries of the
 * patches to remove point at what all keys share, and most of all at the keys of two survivors
 * each. The margins are far wider than rounding, and no removed patch is among the receivers, of
 * which the published code would make one of itself as gladly as of a survivor.
 */
final class PlantedReduction implements AutoCloseable {
  static final int HEADS = 16;
  static final int HEAD_WIDTH = 64;
  static final int GRID = 24;
  static final int PATCHES = GRID * GRID;
  static final int WIDTH = 1024;
  static final int REMOVALS = 42;
  static final float SCALE = 0.125f; // 1 / sqrt(HEAD_WIDTH)

  private static final long SEED = 2411_17686;
  private static final double SHARED = 4;
  private static final double FIRST_RECEIVER = 1;
  private static final double SECOND_RECEIVER = 0.9;

  private final int[] removed;
  private final int[] receivers;
  private final Tensor query;
  private final Tensor keys;
  private final Tensor tokens;

  /** The {@code index}-th of many such pictures. */
  PlantedReduction(int index, DType dtype) {
    Random random = new Random(SEED + index);
    removed = random.ints(0, PATCHES).distinct().limit(REMOVALS).sorted().toArray();
    int[] survivors =
        IntStream.range(0, PATCHES).filter(p -> Arrays.binarySearch(removed, p) < 0).toArray();
    // Neighbours in a list without repetitions: a patch's two are never the same.
    int[] any = random.ints(0, survivors.length).distinct().limit(2 * REMOVALS).toArray();
    receivers = Arrays.stream(any).map(i -> survivors[i]).toArray();
    try (TensorScope scope = new TensorScope()) {
      torch.manual_seed(SEED + index);
      Tensor shared = torch.randn(1, HEADS, HEAD_WIDTH); // about 8 long
      Tensor allKeys = noise().add(times(shared, SHARED / 8)); // [S, H, d]
      Tensor queries = noise();
      set(queries, 0, times(allKeys.select(0, 0), 0.1).add(shared.select(0, 0)));
      for (int i = 0; i < REMOVALS; i++) {
        Tensor first = times(allKeys.select(0, 1L + receivers[2 * i]), FIRST_RECEIVER);
        Tensor second = times(allKeys.select(0, 1L + receivers[2 * i + 1]), SECOND_RECEIVER);
        set(queries, 1 + removed[i], shared.select(0, 0).add(first).add(second));
      }
      query = scope.keep(byHead(queries.to(dtype.scalarType())));
      keys = scope.keep(byHead(allKeys.to(dtype.scalarType())));
      tokens = scope.keep(torch.randn(1, 1 + PATCHES, WIDTH).to(dtype.scalarType()));
    }
  }

  /** Patches to remove, ascending. */
  int[] removed() {
    return removed;
  }

  /** The patches that get shares of removed patch {@code i}, ascending. */
  int[] receivers(int i) {
    int[] pair = {receivers[2 * i], receivers[2 * i + 1]};
    Arrays.sort(pair);
    return pair;
  }

  /** [1, H, S, d], token by token in memory, as a projection leaves it. */
  Tensor query() {
    return query;
  }

  /** [1, H, S, d], likewise. */
  Tensor keys() {
    return keys;
  }

  /** Tokens of the layer [1, S, D]. */
  Tensor tokens() {
    return tokens;
  }

  @Override
  public void close() {
    query.close();
    keys.close();
    tokens.close();
  }

  private static Tensor noise() {
    return torch.randn(1 + PATCHES, HEADS, HEAD_WIDTH);
  }

  private static Tensor byHead(Tensor rows) {
    return rows.unsqueeze(0).transpose(1, 2);
  }

  private static void set(Tensor rows, long row, Tensor value) {
    rows.index_put_(new TensorIndexVector(new TensorIndex(Tensors.vector(row))), value);
  }

  private static Tensor times(Tensor tensor, double factor) {
    return tensor.mul(new Scalar(factor));
  }
}
