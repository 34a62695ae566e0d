// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.tokenzip.compress.OutputToken;
import org.tokenzip.tensor.TensorScope;

/**
 * Bilinear scaling of maps of tokens, corners not aligned, without antialiasing. A map that keeps
 * its size is left as it is.
 *
 * @param height rows of a map
 * @param width columns of a map
 * @param newHeight rows afterwards
 * @param newWidth columns afterwards
 */
record BilinearScaling(int height, int width, int newHeight, int newWidth) {
  /** Whether there is nothing to do. */
  boolean isIdentity() {
    return height == newHeight && width == newWidth;
  }

  /** {@code maps} [V, height · width, E] to [V, newHeight · newWidth, E]; the caller's. */
  Tensor apply(Tensor maps) {
    if (isIdentity()) {
      return maps.view(maps.shape());
    }
    return TensorScope.compute(
        () -> {
          Tensor planes = maps.unflatten(1, height, width).permute(0, 3, 1, 2); // [V, E, h, w]
          Tensor scaled =
              torch.upsample_bilinear2d(
                  planes.contiguous(), new long[] {newHeight, newWidth}, false);
          return scaled.flatten(2, 3).transpose(1, 2).contiguous();
        });
  }

  /** Where the cells of one scaled map come from, given where those of the map come from. */
  List<OutputToken> tokens(List<OutputToken> map) {
    if (isIdentity()) {
      return map;
    }
    List<OutputToken> scaled = new ArrayList<>();
    for (int y = 0; y < newHeight; y++) {
      for (int x = 0; x < newWidth; x++) {
        TreeSet<Integer> sources = new TreeSet<>();
        int view = -1;
        for (int row : contributing(y, height, newHeight)) {
          for (int column : contributing(x, width, newWidth)) {
            OutputToken cell = map.get(row * width + column);
            view = view < 0 ? cell.view() : view;
            if (cell.anchor() >= 0) {
              sources.add(cell.anchor());
            }
            for (int source : cell.sources()) {
              sources.add(source);
            }
          }
        }
        scaled.add(
            OutputToken.pooled(view, sources.stream().mapToInt(Integer::intValue).toArray()));
      }
    }
    return scaled;
  }

  /** The one or two places of an axis that place {@code at} of the scaled axis is mixed from. */
  private static int[] contributing(int at, int length, int newLength) {
    double centre = Math.max(0, (at + 0.5) * length / newLength - 0.5);
    int first = (int) centre;
    return centre == first || first == length - 1
        ? new int[] {first}
        : new int[] {first, first + 1};
  }
}
