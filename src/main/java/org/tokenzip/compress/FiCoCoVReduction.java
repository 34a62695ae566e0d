// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.kernel.FicocoVLayer;
import org.tokenzip.kernel.FicocoVParameters;
import org.tokenzip.kernel.LocalPenalty;
import org.tokenzip.kernel.QuantileSelect;
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
      cells = owned.own(Indices.upTo(views, patches, layer.hidden()));
    }
    int left = patches - removals;
    long usual = QuantileSelect.count(options.epsilon(), left);
    if (layer.hidden().is_cuda()) {
      // Equal values may add to the usual number; to see whether they do, a GPU would have to wait.
      return remember(layer.index(), reduce(layer, cells, removals, left));
    }
    FicocoVLayer.Result result = reduce(layer, cells, removals, usual);
    boolean all = Arrays.stream(Tensors.toIntArray(result.count())).allMatch(n -> n <= usual);
    return remember(layer.index(), all ? result : reduce(layer, cells, removals, left));
  }

  /** As often as needed: nothing is kept. At most {@code capacity} receivers are listed. */
  private FicocoVLayer.Result reduce(TowerLayer layer, Tensor cells, int removals, long capacity) {
    FicocoVParameters parameters =
        new FicocoVParameters(
            options.preset() == FiCoCoPreset.RELEASED,
            hasCls,
            layer.scale(),
            options.lambda(),
            options.epsilon(),
            removals,
            capacity,
            grid);
    FiCoCoVScores attention = new FiCoCoVScores(options.preset(), layer);
    return FicocoVLayer.apply(
        parameters,
        layer.queries(),
        layer.keys(),
        layer.hidden(),
        cells,
        attention.lse(),
        attention.received(),
        attention.special());
  }

  /** The tokens of {@code result}; everything else lives on. */
  private Tensor remember(int layer, FicocoVLayer.Result result) {
    cells = owned.own(result.cells());
    nonFinite.add(owned.own(result.nonFinite()));
    steps.add(
        new Step(
            layer,
            owned.own(result.scores()),
            owned.own(result.removed()),
            owned.own(result.kept()),
            cells,
            owned.own(result.targets()),
            owned.own(result.weights())));
    return result.tokens();
  }

  @Override
  public TokenSelection selection() {
    List<Step> decided = steps();
    int cellsOfView = grid.rows() * grid.columns();
    boolean withCls = hasCls;
    int left = patches;
    return new RowSelection(
        owned.share(),
        views,
        withCls ? 1 : 0,
        patches,
        null,
        List.copyOf(nonFinite),
        view -> provenance(decided, view, left, cellsOfView, withCls));
  }

  /** What a step decided for one view. */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  private record Decided(int[] removed, int[] kept, int[] targets, float[] weights) {
    static Decided of(Step step, int view) {
      return new Decided(
          Indices.of(step.removed, view),
          Indices.of(step.kept, view),
          Indices.of(step.targets, view),
          Indices.floats(step.weights, view));
    }
  }

  private static Provenance provenance(
      List<Step> steps, int view, int left, int cellsOfView, boolean hasCls) {
    List<Decided> decided = steps.stream().map(step -> Decided.of(step, view)).toList();
    float[] scores = steps.isEmpty() ? new float[0] : Indices.floats(steps.get(0).scores, view);
    return new Provenance(left, () -> tokens(decided, cellsOfView), scores, cellsOfView, hasCls);
  }

  private static List<OutputToken> tokens(List<Decided> steps, int cellsOfView) {
    Lineage lineage = new Lineage(cellsOfView);
    for (Decided step : steps) {
      int most = step.targets.length / step.removed.length;
      for (int i = 0; i < step.targets.length; i++) {
        if (step.weights[i] > 0) {
          lineage.give(step.removed[i / most], step.kept[step.targets[i]]);
        }
      }
      lineage.keep(step.kept);
    }
    return lineage.tokens();
  }

  @Override
  public void close() {
    owned.close();
  }
}
