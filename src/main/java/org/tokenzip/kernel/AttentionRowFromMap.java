// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.kernel.Launch.view;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.bind.TokenZipLibrary;
import org.tokenzip.tensor.Shapes;

/** Attention that one query pays, summed over heads, from a map that already exists. */
public final class AttentionRowFromMap {
  private AttentionRowFromMap() {}

  /**
   * Sums row {@code row} of {@code map} [B, H, S, S], softmax applied, over the heads; returns fp32
   * [B, S].
   */
  public static Tensor apply(Tensor map, long row) {
    Shapes.require(map, "map", 4);
    long positions = map.size(3);
    Shapes.require(map, "map", Shapes.ANY, Shapes.ANY, positions, positions);
    if (row < 0 || row >= Math.max(positions, 1)) {
      throw new IllegalArgumentException("row: expected 0 to " + (positions - 1) + ", got " + row);
    }
    Launch launch = Launch.on(map, "map");
    Tensor scores = launch.floats(map.size(0), positions);
    try (PointerScope views = new PointerScope()) {
      launch.check(
          TokenZipLibrary.tkz_attention_row_from_map(
              launch.context(),
              launch.stream(),
              null,
              view(map),
              row,
              TokenZipLibrary.HEADS_SUM,
              view(scores)));
      return scores;
    } catch (RuntimeException e) {
      throw launch.failed(e);
    }
  }
}
