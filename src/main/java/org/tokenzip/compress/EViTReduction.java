// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.kernel.AttentionRow;
import org.tokenzip.kernel.Gather;
import org.tokenzip.kernel.HeadReduction;
import org.tokenzip.kernel.WeightedSum;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;

/**
 * {@link EViT} at work (METHODS 6.2). A fused token is a patch like any other to the layers behind
 * it, and may be dropped by them.
 */
public final class EViTReduction implements TowerReduction {
  private final EViTOptions options;
  private final OwnedTensors owned = new OwnedTensors();
  private final List<Step> steps = new ArrayList<>();
  private final List<Tensor> nonFinite = new ArrayList<>();
  private int views;
  private int seen; // patches of the first layer
  private int patches;

  /**
   * What one layer decided; the tensors live until the reduction is closed.
   *
   * @param layer index of the layer
   * @param scores fp32 [B, n], mean attention of CLS
   * @param kept int32 [B, k] of the n patches that the layer saw, ascending
   * @param dropped int32 [B, n - k], ascending
   */
  public record Step(int layer, Tensor scores, Tensor kept, Tensor dropped) {}

  public EViTReduction(EViTOptions options) {
    this.options = options;
  }

  /** What was decided so far, a layer that kept everything left out. */
  public List<Step> steps() {
    return List.copyOf(steps);
  }

  @Override
  public Tensor afterAttention(TowerLayer layer) {
    if (steps.isEmpty()) {
      views = (int) layer.views();
      seen = layer.patches();
      patches = seen;
    }
    int kept = options.kept(layer.index(), patches);
    if (kept == patches) {
      return layer.hidden();
    }
    try (TensorScope scope = new TensorScope()) {
      return scope.keep(drop(layer, kept));
    }
  }

  private Tensor drop(TowerLayer layer, int count) {
    Tensor attention = // [B, n]
        AttentionRow.apply(
                layer.queries().select(2, 0), layer.keys(), layer.scale(), HeadReduction.MEAN)
            .values()
            .narrow(1, 1, patches)
            .contiguous();
    Partition patch = Partition.of(attention, count);
    nonFinite.add(owned.own(patch.nonFinite()));
    steps.add(
        new Step(
            layer.index(),
            owned.own(attention),
            owned.own(patch.highest()),
            owned.own(patch.rest())));
    Tensor cls = layer.hidden().narrow(1, 0, 1);
    Tensor ofPatches = layer.hidden().narrow(1, 1, patches);
    Tensor kept = Gather.apply(ofPatches, patch.highest());
    patches = count + (options.fuse() ? 1 : 0);
    return options.fuse()
        ? Tensors.concat(1, cls, kept, WeightedSum.apply(null, ofPatches, attention, patch.rest()))
        : Tensors.concat(1, cls, kept);
  }

  @Override
  public TokenSelection selection() {
    List<Step> decided = steps();
    int patchesOfView = seen;
    int left = patches;
    boolean fuse = options.fuse();
    return new RowSelection(
        owned.share(),
        views,
        1,
        patches,
        null,
        List.copyOf(nonFinite),
        view -> provenance(decided, view, left, patchesOfView, fuse));
  }

  private static Provenance provenance(
      List<Step> steps, int view, int left, int patchesOfView, boolean fuse) {
    List<int[]> kept = steps.stream().map(step -> Indices.of(step.kept, view)).toList();
    List<int[]> dropped = steps.stream().map(step -> Indices.of(step.dropped, view)).toList();
    float[] scores = steps.isEmpty() ? new float[0] : Indices.floats(steps.get(0).scores, view);
    return new Provenance(
        left,
        () -> {
          Lineage lineage = new Lineage(patchesOfView);
          for (int i = 0; i < kept.size(); i++) {
            if (fuse) {
              lineage.keepAndFuse(kept.get(i), dropped.get(i));
            } else {
              lineage.keep(kept.get(i));
            }
          }
          return lineage.tokens();
        },
        scores,
        patchesOfView,
        true);
  }

  @Override
  public void close() {
    owned.close();
  }
}
