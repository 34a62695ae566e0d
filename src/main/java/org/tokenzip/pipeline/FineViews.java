// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.model.vision.HighResolution;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;

/**
 * The pictures of a batch as a model's second tower sees them, each with the number of views that
 * the first tower has of it. The tensors belong to the scope they were added in.
 */
final class FineViews {
  private final HighResolution tower;
  private final List<Picture> pictures = new ArrayList<>();

  private record Picture(Tensor pixels, int views) {}

  FineViews(HighResolution tower) {
    this.tower = tower;
  }

  /** Adds a picture [1, 3, size, size]. */
  void add(Tensor pixels, int views) {
    pictures.add(new Picture(pixels, views));
  }

  /** What the first tower sees, all views of all pictures [ΣV, 3, side, side]. */
  Tensor reduced() {
    return TensorScope.compute(
        () ->
            Tensors.concat(
                0,
                pictures.stream()
                    .map(picture -> tower.views(picture.pixels, picture.views))
                    .toArray(Tensor[]::new)));
  }

  /**
   * {@code tokens} [ΣV, n, D] with what the second tower adds to each; a new tensor.
   *
   * @param places of each view see {@link HighResolution#add}
   */
  Tensor added(Tensor tokens, List<int[]> places) {
    return TensorScope.compute(
        () -> {
          List<Tensor> added = new ArrayList<>();
          int view = 0;
          for (Picture picture : pictures) {
            int end = view + picture.views;
            Tensor own = tokens.narrow(0, view, picture.views);
            added.add(tower.add(own, picture.pixels, places.subList(view, end)));
            view = end;
          }
          return Tensors.concat(0, added.toArray(Tensor[]::new));
        });
  }

  /** As {@link #added}, for all that a tower with a class token puts out, nothing removed. */
  Tensor addedToAll(Tensor hidden) {
    int[] places = IntStream.range(-1, Math.toIntExact(hidden.size(1)) - 1).toArray();
    return added(hidden, Collections.nCopies(Math.toIntExact(hidden.size(0)), places));
  }
}
