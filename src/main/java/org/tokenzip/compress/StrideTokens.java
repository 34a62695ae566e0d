// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.kernel.StrideTargets;
import org.tokenzip.runtime.Device;

/**
 * Keeps patches at equal distances, a baseline that methods have to beat. Without CLS.
 *
 * <p>On a grid of side g a budget of (g/s)² is every s-th patch of every s-th row, from the middle
 * of each s by s cell (the upper left of four), and half of that the black fields of this
 * chessboard. For any other budget the patches are those of {@link StrideTargets}: every ⌊N/k⌋-th
 * in raster order, from the first.
 *
 * @param keep patches of a view
 */
public record StrideTokens(int keep) implements PlacePattern {
  /** Name in the registry. */
  public static final String NAME = "stride";

  static final CompressionMethod METHOD =
      new CompressionMethod(
          NAME,
          "keeps patches at equal distances; a baseline",
          "",
          "after the vision tower, before the projector",
          "nothing",
          "nothing",
          List.of(),
          (budget, settings) -> new StrideTokens(budget.keep()));

  public StrideTokens {
    PlacePattern.requireKeep(keep);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<int[]> patches(PictureLayout layout) {
    return Collections.nCopies(layout.views(), patches(layout.side()));
  }

  private int[] patches(int side) {
    for (int step = 1; step <= side; step++) {
      if (side % step == 0) {
        int[] lattice = lattice(side, step, false);
        if (lattice.length == keep) {
          return lattice;
        }
        int[] board = lattice(side, step, true);
        if (board.length == keep) {
          return board;
        }
      }
    }
    try (Tensor targets = StrideTargets.apply(Device.CPU, 1, (long) side * side, keep)) {
      return Indices.of(targets, 0);
    }
  }

  private static int[] lattice(int side, int step, boolean chequered) {
    int first = (step - 1) / 2;
    return IntStream.range(0, side * side)
        .filter(patch -> patch / side % step == first && patch % side % step == first)
        .filter(patch -> !chequered || (patch / side / step + patch % side / step) % 2 == 0)
        .toArray();
  }

  @Override
  public String toString() {
    return NAME + " " + keep;
  }
}
