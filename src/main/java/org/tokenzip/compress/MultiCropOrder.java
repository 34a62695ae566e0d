// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The sequence that the compressed views of one picture form (VisionZip with LLaVA-NeXT): all
 * tokens of the whole picture, the dominant patches of the crops in the order of the stitched map,
 * the CLS token of each crop, the contextual tokens of each crop.
 *
 * @param gridWidth crops side by side
 * @param side patches along a side of a crop
 */
public record MultiCropOrder(int gridWidth, int side) {
  public MultiCropOrder {
    if (gridWidth < 1 || side < 1) {
      throw new IllegalArgumentException(
          "grid: expected a width and a side of 1 or more, got " + gridWidth + " and " + side);
    }
  }

  private record DominantPatch(int token, int mapRow, int mapColumn) {}

  /**
   * The order in which to read the tokens of all views, laid one view after another.
   *
   * @param provenance of those tokens: view 0 the whole picture, then the crops row by row
   */
  public int[] indices(Provenance provenance) {
    List<Integer> order = new ArrayList<>();
    List<DominantPatch> dominant = new ArrayList<>();
    List<Integer> cls = new ArrayList<>();
    List<Integer> contextual = new ArrayList<>();
    for (int i = 0; i < provenance.outputTokens(); i++) {
      OutputToken token = provenance.tokens().get(i);
      if (token.view() == 0) {
        order.add(i);
      } else {
        switch (token.kind()) {
          case CLS -> cls.add(i);
          case KEPT -> dominant.add(place(i, token, provenance.patchesPerView()));
          default -> contextual.add(i);
        }
      }
    }
    dominant.sort(
        Comparator.comparingInt(DominantPatch::mapRow).thenComparingInt(DominantPatch::mapColumn));
    dominant.forEach(patch -> order.add(patch.token()));
    order.addAll(cls);
    order.addAll(contextual);
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  private DominantPatch place(int index, OutputToken token, int patches) {
    int crop = token.view() - 1;
    int patch = token.anchor() % patches;
    return new DominantPatch(
        index, crop / gridWidth * side + patch / side, crop % gridWidth * side + patch % side);
  }
}
