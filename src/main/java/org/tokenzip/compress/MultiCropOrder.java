// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.tensor.Shapes;
import org.tokenzip.tensor.Tensors;

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
   * @param views the whole picture, then the crops row by row
   */
  public long[] indices(List<Provenance> views) {
    List<Integer> whole = new ArrayList<>();
    List<DominantPatch> dominant = new ArrayList<>();
    List<Integer> cls = new ArrayList<>();
    List<Integer> contextual = new ArrayList<>();
    int token = 0;
    for (int view = 0; view < views.size(); view++) {
      Provenance provenance = views.get(view);
      int firstPatch = provenance.hasCls() ? 1 : 0;
      for (int i = 0; i < provenance.outputTokens(); i++, token++) {
        if (view == 0) {
          whole.add(token);
        } else if (i >= provenance.kept().length) {
          contextual.add(token);
        } else if (provenance.kept()[i] < firstPatch) {
          cls.add(token);
        } else {
          dominant.add(place(token, view - 1, provenance.kept()[i] - firstPatch));
        }
      }
    }
    dominant.sort(
        Comparator.comparingInt(DominantPatch::mapRow).thenComparingInt(DominantPatch::mapColumn));
    List<Integer> order = new ArrayList<>(whole);
    dominant.forEach(patch -> order.add(patch.token()));
    order.addAll(cls);
    order.addAll(contextual);
    return order.stream().mapToLong(Integer::longValue).toArray();
  }

  /**
   * Lays out the compressed tokens of all views.
   *
   * @param tokens [V, out, D]
   * @return [V · out, D]; belongs to the caller
   */
  public Tensor apply(Tensor tokens, List<Provenance> views) {
    Shapes.require(tokens, "tokens", views.size(), Shapes.ANY, Shapes.ANY);
    try (Tensor rows = tokens.reshape(-1, tokens.size(2));
        Tensor order = Tensors.vector(indices(views));
        Tensor index = order.to(rows.device(), order.scalar_type())) {
      return rows.index_select(0, index);
    }
  }

  private DominantPatch place(int token, int crop, int patch) {
    return new DominantPatch(
        token, crop / gridWidth * side + patch / side, crop % gridWidth * side + patch % side);
  }
}
