// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
import org.tokenzip.kernel.AttentionReceived;
import org.tokenzip.kernel.AttentionRow;
import org.tokenzip.kernel.CosineAssign;
import org.tokenzip.kernel.HeadMeanKeys;
import org.tokenzip.kernel.HeadMeanLogits;
import org.tokenzip.kernel.HeadMeanProbabilities;
import org.tokenzip.kernel.HeadReduction;
import org.tokenzip.kernel.RowLse;

/**
 * What FiCoCo-V takes from a layer's attention (METHODS 4.2 steps 2 and 5, RELEASED as in 4.5): how
 * redundant each patch is, and how much removed patches correlate with the others. No map is
 * formed: redundancy takes a pass over queries and keys, correlation the rows that are removed.
 */
final class FiCoCoVScores {
  private final FiCoCoVOptions options;
  private final TowerLayer layer;
  private final int first; // position of patch 0
  private final int patches;
  private final @Nullable Tensor lse; // [B, H, S]; null where logits are what counts

  FiCoCoVScores(FiCoCoVOptions options, TowerLayer layer) {
    this.options = options;
    this.layer = layer;
    first = layer.hasCls() ? 1 : 0;
    patches = layer.patches();
    lse =
        options.preset() == FiCoCoPreset.PAPER
            ? RowLse.apply(layer.queries(), layer.keys(), layer.scale())
            : null;
  }

  /** fp32 [B, n], contiguous: high for a patch that may go. */
  Tensor redundancy() {
    Tensor seen = options.preset() == FiCoCoPreset.PAPER ? received() : unit(emitted());
    Tensor special = layer.hasCls() ? ofCls() : unlikeTheMean();
    Tensor ofView = options.preset() == FiCoCoPreset.PAPER ? special : unit(special);
    double lambda = options.lambda();
    return seen.mul(new Scalar(lambda)).sub(ofView.mul(new Scalar(1 - lambda))).contiguous();
  }

  /**
   * Correlation of removed patches with kept ones.
   *
   * @param removed int32 [B, r] of the patches
   * @param kept int32 [B, m]
   * @return fp32 [B, r, m], contiguous
   */
  Tensor correlation(Tensor removed, Tensor kept) {
    Tensor rows = Indices.plus(removed, first);
    Tensor columns = Indices.plus(kept, first);
    if (options.preset() == FiCoCoPreset.RELEASED) {
      return HeadMeanLogits.apply(layer.queries(), layer.keys(), layer.scale(), rows, columns);
    }
    Tensor attention = // [B, r, S]
        HeadMeanProbabilities.apply(layer.queries(), layer.keys(), layer.scale(), lse, rows);
    Tensor wide = Indices.wide(columns).unsqueeze(1); // [B, 1, m]
    return attention.gather(2, wide.expand(rows.size(0), rows.size(1), columns.size(1)));
  }

  /** Mean attention that comes in from all patches. */
  private Tensor received() {
    return AttentionReceived.apply(layer.queries(), layer.keys(), layer.scale(), lse, first)
        .values();
  }

  /** Mean logit that goes out to all patches: the logit with their mean key. */
  private Tensor emitted() {
    Tensor queries = ofPatches(layer.queries().to(ScalarType.Float));
    Tensor keys = ofPatches(layer.keys().to(ScalarType.Float));
    Tensor mean = keys.mean(new long[] {2}, true, null).transpose(2, 3); // [B, H, d, 1]
    Tensor logits = queries.matmul(mean).squeeze(3).mul(new Scalar((double) layer.scale()));
    return logits.mean(new long[] {1}, false, null); // [B, n]
  }

  private Tensor ofCls() {
    if (options.preset() == FiCoCoPreset.RELEASED) {
      Tensor cls = Indices.rows(layer.views(), layer.keys(), 0);
      return HeadMeanLogits.apply(layer.queries(), layer.keys(), layer.scale(), cls, null)
          .squeeze(1)
          .narrow(1, first, patches);
    }
    return AttentionRow.apply(
            layer.queries().select(2, 0), layer.keys(), layer.scale(), HeadReduction.MEAN)
        .values()
        .narrow(1, first, patches);
  }

  /** Takes the place of CLS where there is none. */
  private Tensor unlikeTheMean() {
    Tensor keys = HeadMeanKeys.apply(layer.keys()); // [B, n, d]
    Tensor mean = keys.mean(new long[] {1}, true, null); // [B, 1, d]
    return CosineAssign.apply(keys, mean).best().neg();
  }

  private Tensor ofPatches(Tensor heads) {
    return heads.narrow(2, first, patches);
  }

  /** Rows of length 1, zeros where they are zero. */
  private static Tensor unit(Tensor rows) {
    Tensor length = rows.norm(new ScalarOptional(new Scalar(2)), new long[] {1}, true);
    return rows.div(length.add(length.eq(new Scalar(0))));
  }
}
