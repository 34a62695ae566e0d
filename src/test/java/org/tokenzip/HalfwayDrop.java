// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.RowSelection;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.compress.TokenSelection;
import org.tokenzip.compress.TowerLayer;
import org.tokenzip.compress.TowerReduction;
import org.tokenzip.compress.TowerShape;
import org.tokenzip.kernel.Gather;
import org.tokenzip.kernel.HeadMeanKeys;
import org.tokenzip.kernel.MeanCosine;
import org.tokenzip.kernel.TopK;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;

/**
 * Keeps, from the middle of the vision tower on, the patches whose keys are least like the others':
 * a method inside the tower that is not part of the library. For towers with CLS.
 */
public record HalfwayDrop(int keep) implements TokenCompressor {
  @Override
  public String name() {
    return "halfway-drop";
  }

  @Override
  public TowerReduction insideTower(TowerShape tower) {
    return new Drop(keep, tower);
  }

  private static final class Drop implements TowerReduction {
    private final int keep;
    private final TowerShape tower;
    private @Nullable Tensor kept; // int32 [B, keep]

    Drop(int keep, TowerShape tower) {
      this.keep = keep;
      this.tower = tower;
    }

    @Override
    public Tensor afterAttention(TowerLayer layer) {
      if (layer.index() != tower.layers() / 2) {
        return layer.hidden();
      }
      try (TensorScope scope = new TensorScope()) {
        Tensor keys = HeadMeanKeys.apply(layer.keys()).narrow(1, 1, layer.patches());
        Tensor unlike = MeanCosine.apply(keys).values().neg(); // [B, N]
        kept = TensorScope.own(TopK.apply(unlike, keep, false).indices());
        Tensor cls = layer.hidden().narrow(1, 0, 1);
        Tensor patches = layer.hidden().narrow(1, 1, layer.patches());
        return scope.keep(Tensors.concat(1, cls, Gather.apply(patches, kept)));
      }
    }

    @Override
    public TokenSelection selection() {
      return RowSelection.left(kept, tower.patches(), tower.hasCls());
    }

    @Override
    public void close() {
      if (kept != null) {
        kept.close();
        kept = null;
      }
    }
  }
}
