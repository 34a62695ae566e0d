// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.tokenzip.kernel.PoolWindows;
import org.tokenzip.kernel.PoolWindows.Cells;

/** Which patches of the views of a picture went into each window of a pooling. */
final class PooledTokens {
  private PooledTokens() {}

  /**
   * One token for each window, by frame, row and column.
   *
   * @param side patches along a side of a view
   */
  static List<OutputToken> of(PoolWindows.Fitted windows, int side) {
    Cells output = windows.output();
    List<OutputToken> tokens = new ArrayList<>();
    for (long frame = 0; frame < output.frames(); frame++) {
      for (long row = 0; row < output.rows(); row++) {
        for (long column = 0; column < output.columns(); column++) {
          Cells stride = windows.stride();
          Cells corner =
              new Cells(frame * stride.frames(), row * stride.rows(), column * stride.columns());
          tokens.add(
              OutputToken.pooled((int) corner.frames(), patches(corner, windows.kernel(), side)));
        }
      }
    }
    return tokens;
  }

  private static int[] patches(Cells corner, Cells kernel, int side) {
    int plane = (int) (kernel.rows() * kernel.columns());
    return IntStream.range(0, (int) kernel.frames() * plane)
        .map(
            i -> {
              int frame = (int) corner.frames() + i / plane;
              int row = (int) (corner.rows() + i % plane / kernel.columns());
              int column = (int) (corner.columns() + i % plane % kernel.columns());
              return (frame * side + row) * side + column;
            })
        .toArray();
  }
}
