// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.tokenzip.tensor.Tensors;

/**
 * A method that goes by place alone: which patches it keeps has nothing to do with what the picture
 * shows. The layout of {@link CompressedLayout} applies; a budget of all patches changes nothing.
 */
interface PlacePattern extends TokenCompressor {
  /** Patches of a view that are kept. */
  int keep();

  /** The patches of every view of a picture, k of each, ascending. */
  List<int[]> patches(PictureLayout layout);

  @Override
  default List<VisualSequence> betweenTowerAndDecoder(VisualBatch batch) {
    long all = batch.features().patches();
    if (keep() >= all) {
      return TokenCompressor.everyPatch(batch);
    }
    List<int[]> views = new ArrayList<>();
    batch.pictures().forEach(picture -> views.addAll(patches(picture.layout())));
    long[] list = views.stream().flatMapToInt(Arrays::stream).asLongStream().toArray();
    Tensor patches = Tensors.of(list, views.size(), list.length / views.size());
    try (TokenSelection selection =
        RowSelection.ofPatches(
            batch.features(), patches.to(batch.features().hidden().device(), ScalarType.Int))) {
      return CompressedLayout.arrange(selection, batch);
    }
  }

  /** Refuses a budget of nothing. */
  static void requireKeep(int keep) {
    if (keep < 1) {
      throw new IllegalArgumentException("keep: expected 1 or more tokens, got " + keep);
    }
  }
}
