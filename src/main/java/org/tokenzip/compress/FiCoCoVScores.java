// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.kernel.AttentionReceived;
import org.tokenzip.kernel.AttentionRow;
import org.tokenzip.kernel.CosineAssign;
import org.tokenzip.kernel.HeadMeanKeys;
import org.tokenzip.kernel.HeadReduction;
import org.tokenzip.kernel.RowLse;

/**
 * What FiCoCo-V takes from a layer's attention (METHODS 4.2 step 2, RELEASED as in 4.5) that its
 * operator does not find itself. No map is formed.
 */
final class FiCoCoVScores {
  private final TowerLayer layer;
  private final boolean paper;
  private final @Nullable Tensor lse;

  FiCoCoVScores(FiCoCoPreset preset, TowerLayer layer) {
    this.layer = layer;
    paper = preset == FiCoCoPreset.PAPER;
    lse = paper ? RowLse.apply(layer.queries(), layer.keys(), layer.scale()) : null;
  }

  /** Log-sum-exp of every query row, fp32 [B, H, S]; null where logits are what counts. */
  @Nullable Tensor lse() {
    return lse;
  }

  /** Mean attention that comes in from all patches, fp32 [B, n]; null where logits count. */
  @Nullable Tensor received() {
    return paper
        ? AttentionReceived.apply(
                layer.queries(), layer.keys(), layer.scale(), lse, layer.hasCls() ? 1 : 0)
            .values()
        : null;
  }

  /** What CLS attends to or what takes its place, fp32 [B, n]; null where its logits count. */
  @Nullable Tensor special() {
    if (!layer.hasCls()) {
      return unlikeTheMean();
    }
    return paper
        ? AttentionRow.apply(
                layer.queries().select(2, 0), layer.keys(), layer.scale(), HeadReduction.MEAN)
            .values()
            .narrow(1, 1, layer.patches())
        : null;
  }

  private Tensor unlikeTheMean() {
    Tensor keys = HeadMeanKeys.apply(layer.keys()); // [B, n, d]
    Tensor mean = keys.mean(new long[] {1}, true, null); // [B, 1, d]
    return CosineAssign.apply(keys, mean).best().neg();
  }
}
