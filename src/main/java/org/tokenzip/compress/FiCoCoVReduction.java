// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.kernel.Gather;
import org.tokenzip.kernel.LocalPenalty;
import org.tokenzip.kernel.SelfPreservingMerge;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;

/**
 * {@link FiCoCoV} at work (METHODS 4.2): filter, correlate, compress, layer after layer. The cells
 * of the patches that are left are all it keeps from one layer to the next.
 */
public final class FiCoCoVReduction implements TowerReduction {
  private final FiCoCoVOptions options;
  private final LocalPenalty.Grid grid;
  private final OwnedTensors owned = new OwnedTensors();
  private final List<Step> steps = new ArrayList<>();
  private final List<Tensor> nonFinite = new ArrayList<>();
  private @Nullable Tensor cells; // int32 [B, n]
  private int views;
  private int patches;
  private boolean hasCls;

  /**
   * What one layer decided; the tensors live until the reduction is closed.
   *
   * @param layer index of the layer
   * @param scores fp32 [B, n], redundancy behind the local penalty
   * @param removed int32 [B, r] of the n patches that the layer saw, ascending
   * @param kept int32 [B, n - r], ascending
   * @param cells int32 [B, n - r] of the view's grid
   * @param targets int32 [B, r, K] entries of {@code kept}, ending with -1
   * @param weights fp32 [B, r, K]
   */
  public record Step(
      int layer,
      Tensor scores,
      Tensor removed,
      Tensor kept,
      Tensor cells,
      Tensor targets,
      Tensor weights) {}

  /** For views of so many rows and columns of patches. */
  public FiCoCoVReduction(FiCoCoVOptions options, int gridRows, int gridColumns) {
    this.options = options;
    int side = options.window();
    float coefficient = (float) options.coefficient();
    grid = new LocalPenalty.Grid(gridRows, gridColumns, side, side, coefficient);
  }

  /** What was decided so far, a layer that removed nothing left out. */
  public List<Step> steps() {
    return List.copyOf(steps);
  }

  @Override
  public Tensor afterAttention(TowerLayer layer) {
    views = (int) layer.views();
    patches = layer.patches();
    hasCls = layer.hasCls();
    int removals = Math.min(options.schedule().at(layer.index()), patches - 1);
    if (removals <= 0) {
      return layer.hidden();
    }
    try (TensorScope scope = new TensorScope()) {
      Tensor left = scope.keep(reduce(layer, removals));
      patches -= removals;
      return left;
    }
  }

  private Tensor reduce(TowerLayer layer, int removals) {
    if (cells == null) {
      cells = Indices.upTo(views, patches, layer.hidden());
    }
    int first = hasCls ? 1 : 0;
    FiCoCoVScores attention = new FiCoCoVScores(options, layer);
    Tensor scores = LocalPenalty.apply(grid, attention.redundancy(), cells).values(); // [B, n]
    Partition patch = Partition.of(scores, removals);
    FiCoCoShares shares =
        FiCoCoShares.of(
            attention.correlation(patch.highest(), patch.rest()),
            options.epsilon(),
            options.preset() == FiCoCoPreset.RELEASED);
    Tensor merged = // [B, n - r, D]
        SelfPreservingMerge.apply(
            Gather.apply(layer.hidden(), Indices.plus(patch.rest(), first)),
            Gather.apply(layer.hidden(), Indices.plus(patch.highest(), first)),
            shares.targets(),
            shares.weights());
    Tensor left = cells.gather(1, Indices.wide(patch.rest()));
    remember(layer.index(), scores, patch, left, shares);
    return hasCls ? Tensors.concat(1, layer.hidden().narrow(1, 0, 1), merged) : merged;
  }

  private void remember(
      int layer, Tensor scores, Partition patch, Tensor left, FiCoCoShares shares) {
    cells = owned.own(left);
    nonFinite.add(owned.own(patch.nonFinite()));
    nonFinite.add(owned.own(shares.nonFinite()));
    steps.add(
        new Step(
            layer,
            owned.own(scores),
            owned.own(patch.highest()),
            owned.own(patch.rest()),
            cells,
            owned.own(shares.targets()),
            owned.own(shares.weights())));
  }

  @Override
  public TokenSelection selection() {
    List<Step> decided = steps();
    int cellsOfView = grid.rows() * grid.columns();
    boolean withCls = hasCls;
    return new RowSelection(
        owned.share(),
        views,
        withCls ? 1 : 0,
        patches,
        null,
        List.copyOf(nonFinite),
        view -> provenance(decided, view, cellsOfView, withCls));
  }

  private static Provenance provenance(
      List<Step> steps, int view, int cellsOfView, boolean hasCls) {
    Lineage lineage = new Lineage(cellsOfView);
    for (Step step : steps) {
      int[] removed = Indices.of(step.removed, view);
      int[] kept = Indices.of(step.kept, view);
      int[] targets = Indices.of(step.targets, view);
      float[] weights = Indices.floats(step.weights, view);
      int most = targets.length / removed.length;
      for (int i = 0; i < targets.length; i++) {
        if (weights[i] > 0) {
          lineage.give(removed[i / most], kept[targets[i]]);
        }
      }
      lineage.keep(kept);
    }
    float[] scores = steps.isEmpty() ? new float[0] : Indices.floats(steps.get(0).scores, view);
    return new Provenance(lineage.tokens(), scores, cellsOfView, hasCls);
  }

  @Override
  public void close() {
    owned.close();
  }
}
