// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.kernel.AttentionRow;
import org.tokenzip.kernel.Gather;
import org.tokenzip.kernel.HeadReduction;
import org.tokenzip.kernel.TopK;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;

/** {@link FastV} in one prefill. */
final class FastVReduction implements DecoderReduction {
  private final FastVOptions options;

  FastVReduction(FastVOptions options) {
    this.options = options;
  }

  @Override
  public PositionPolicy positions() {
    return options.positions();
  }

  @Override
  public @Nullable Reduced afterLayer(DecoderLayer layer) {
    int count = layer.visualCount();
    int keep = options.kept(count);
    if (layer.index() != options.layer() - 1 || keep == count) {
      return null;
    }
    try (TensorScope scope = new TensorScope()) {
      int[] kept = Tensors.toIntArray(strongest(layer, keep));
      Tensor places = Indices.rows(1, layer.hidden(), VisualPlaces.sequence(layer, kept));
      return Reduced.dropping(scope.keep(Gather.apply(layer.hidden(), places)), count, kept);
    }
  }

  /** int32 [1, keep]: the visual tokens that the last token attends to most, ascending. */
  private static Tensor strongest(DecoderLayer layer, int keep) {
    Tensor last = layer.queries().select(2, layer.queries().size(2) - 1); // [1, H, d]
    Tensor scores =
        AttentionRow.apply(last, layer.keys(), layer.scale(), HeadReduction.MEAN)
            .requireFinite()
            .narrow(1, layer.visualStart(), layer.visualCount()); // [1, n]
    TopK.Result top = TopK.apply(scores, keep, false);
    top.requireFinite();
    return top.indices();
  }
}
