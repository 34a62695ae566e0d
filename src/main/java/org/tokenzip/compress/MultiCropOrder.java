// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The sequence that the compressed views of one picture form (VisionZip with LLaVA-NeXT): all
 * tokens of the whole picture, the kept patches of the crops in the order of the stitched map, the
 * CLS token of each crop, the other tokens of each crop.
 *
 * @param gridWidth crops side by side
 * @param side patches along a side of a crop
 * @param mergedInPlace whether merged tokens are stitched like kept ones, in the place of the patch
 *     they are named by
 * @param rowNewline whether a newline follows every row of the map of which a token is left
 */
public record MultiCropOrder(int gridWidth, int side, boolean mergedInPlace, boolean rowNewline) {
  /** Stands for a newline in {@link #indices}. */
  public static final int NEWLINE = -1;

  public MultiCropOrder {
    if (gridWidth < 1 || side < 1) {
      throw new IllegalArgumentException(
          "grid: expected a width and a side of 1 or more, got " + gridWidth + " and " + side);
    }
  }

  /** Without newlines. */
  public MultiCropOrder(int gridWidth, int side, boolean mergedInPlace) {
    this(gridWidth, side, mergedInPlace, false);
  }

  private record Placed(int token, int mapRow, int mapColumn) {}

  /**
   * The order in which to read the tokens of all views, laid one view after another.
   *
   * @param provenance of those tokens: view 0 the whole picture, then the crops row by row
   */
  public int[] indices(Provenance provenance) {
    List<Integer> order = new ArrayList<>();
    List<Placed> placed = new ArrayList<>();
    List<Integer> cls = new ArrayList<>();
    List<Integer> others = new ArrayList<>();
    for (int i = 0; i < provenance.outputTokens(); i++) {
      OutputToken token = provenance.tokens().get(i);
      if (token.view() == 0) {
        order.add(i);
      } else {
        switch (token.kind()) {
          case CLS -> cls.add(i);
          case KEPT -> placed.add(place(i, token, provenance.patchesPerView()));
          case MERGED -> {
            if (mergedInPlace) {
              placed.add(place(i, token, provenance.patchesPerView()));
            } else {
              others.add(i);
            }
          }
          default -> others.add(i);
        }
      }
    }
    placed.sort(Comparator.comparingInt(Placed::mapRow).thenComparingInt(Placed::mapColumn));
    for (int i = 0; i < placed.size(); i++) {
      order.add(placed.get(i).token());
      boolean last = i + 1 == placed.size();
      if (rowNewline && (last || placed.get(i + 1).mapRow() > placed.get(i).mapRow())) {
        order.add(NEWLINE);
      }
    }
    order.addAll(cls);
    order.addAll(others);
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  private Placed place(int index, OutputToken token, int patches) {
    int crop = token.view() - 1;
    int patch = token.anchor() % patches;
    return new Placed(
        index, crop / gridWidth * side + patch / side, crop % gridWidth * side + patch % side);
  }
}
