// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.kernel.CosineAssign;
import org.tokenzip.kernel.Gather;
import org.tokenzip.kernel.HeadMeanKeys;
import org.tokenzip.kernel.SizeWeightedMerge;
import org.tokenzip.kernel.TopK;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;

/**
 * {@link ToMe} at work (METHODS 6.1). Tokens at even places look for their like among those at odd
 * places; the pairs that are most alike are merged. Keeps the size of every token from one layer to
 * the next, and the position whose place it has.
 */
public final class ToMeReduction implements TowerReduction {
  private final ToMeOptions options;
  private final OwnedTensors owned = new OwnedTensors();
  private final List<Step> steps = new ArrayList<>();
  private final List<Tensor> nonFinite = new ArrayList<>();
  private @Nullable Tensor keyBias; // [B, n]
  private @Nullable Tensor order; // int32 [B, patches], raster order of what is left
  private int views;
  private int seen; // patches of the first layer
  private int patches;
  private boolean hasCls;

  /**
   * What one layer decided; the tensors live until the reduction is closed. Entries of A are tokens
   * at even positions, entries of B at odd ones.
   *
   * @param layer index of the layer
   * @param sources int32 [B, r] entries of A, the most similar first
   * @param targets int32 [B, r] entries of B that they are merged into
   * @param survivors int32 [B, a - r], the other entries of A; all of B follow them in the sequence
   * @param sizes fp32 [B, n - r] of the sequence that is left
   * @param anchors int64 [B, n - r], the positions of the first layer whose places they have
   */
  public record Step(
      int layer, Tensor sources, Tensor targets, Tensor survivors, Tensor sizes, Tensor anchors) {}

  public ToMeReduction(ToMeOptions options) {
    this.options = options;
  }

  /** What was decided so far, a layer that merged nothing left out. */
  public List<Step> steps() {
    return List.copyOf(steps);
  }

  @Override
  public @Nullable Tensor keyBias() {
    return keyBias;
  }

  @Override
  public Tensor afterAttention(TowerLayer layer) {
    if (steps.isEmpty()) {
      views = (int) layer.views();
      seen = layer.patches();
      patches = seen;
      hasCls = layer.hasCls();
    }
    int r = Math.min(options.schedule().at(layer.index()), patches / 2);
    if (r <= 0) {
      return layer.hidden();
    }
    try (TensorScope scope = new TensorScope()) {
      return scope.keep(merge(layer, r));
    }
  }

  private Tensor merge(TowerLayer layer, int r) {
    int first = hasCls ? 1 : 0;
    int n = patches + first;
    Tensor metric = HeadMeanKeys.apply(layer.keys()); // [B, n, d]
    CosineAssign.Result nearest = CosineAssign.apply(even(metric), odd(metric));
    long candidates = nearest.best().size(1) - first; // CLS looks for nobody
    TopK.Result ranking =
        TopK.apply(nearest.best().narrow(1, first, candidates).contiguous(), candidates, true);
    Tensor rank = Indices.plus(ranking.indices(), first); // [B, candidates]
    Tensor sources = rank.narrow(1, 0, r).contiguous();
    Tensor survivors = survivors(rank.narrow(1, r, candidates - r));
    Tensor targets = nearest.index().gather(1, Indices.wide(sources));
    Tensor partner = // [B, a], -1 for those that stay
        nearest
            .index()
            .new_full(nearest.index().shape(), new Scalar(-1))
            .scatter_(1, Indices.wide(sources), targets);

    Tensor sizes =
        steps.isEmpty() ? metric.new_full(new long[] {views, n}, new Scalar(1)) : last().sizes;
    SizeWeightedMerge.Result merged =
        SizeWeightedMerge.apply(
            odd(layer.hidden()),
            odd(sizes).contiguous(),
            even(layer.hidden()),
            even(sizes).contiguous(),
            partner);
    Tensor stay = Indices.wide(survivors);
    Tensor anchors =
        steps.isEmpty() ? Indices.wide(Indices.upTo(views, n, layer.hidden())) : last().anchors;
    Step step =
        new Step(
            layer.index(),
            owned.own(sources),
            owned.own(targets),
            owned.own(survivors),
            owned.own(Tensors.concat(1, even(sizes).gather(1, stay), merged.sizes())),
            owned.own(Tensors.concat(1, even(anchors).gather(1, stay), odd(anchors))));
    nonFinite.add(owned.own(nearest.nonFinite()));
    nonFinite.add(owned.own(ranking.nonFinite()));
    steps.add(step);
    patches -= r;
    keyBias = options.proportional() ? owned.own(ToMe.keyBias(step.sizes)) : null;
    order = owned.own(rasterOrder(step.anchors, first));
    return Tensors.concat(1, Gather.apply(even(layer.hidden()), survivors), merged.tokens());
  }

  /** In the order of their rank or, with CLS, which stays in front, of their position. */
  private Tensor survivors(Tensor ranked) {
    if (!hasCls) {
      return ranked.contiguous();
    }
    Tensor ascending = ranked.sort(1, false).get0();
    return Tensors.concat(1, Indices.rows(views, ranked, 0), ascending);
  }

  /** Positions of the patches by the places they have: int32 [B, patches]. */
  private static Tensor rasterOrder(Tensor anchors, int first) {
    Tensor ofPatches = anchors.narrow(1, first, anchors.size(1) - first);
    return Indices.narrow(ofPatches.argsort(1, false).add(new Scalar(first)));
  }

  private Step last() {
    return steps.get(steps.size() - 1);
  }

  private static Tensor even(Tensor tokens) {
    return everySecond(tokens, 0);
  }

  private static Tensor odd(Tensor tokens) {
    return everySecond(tokens, 1);
  }

  private static Tensor everySecond(Tensor tokens, long from) {
    return tokens.slice(1, new LongOptional(from), new LongOptional(tokens.size(1)), 2);
  }

  @Override
  public TokenSelection selection() {
    List<Step> decided = steps();
    int patchesOfView = seen;
    int left = patches;
    boolean withCls = hasCls;
    return new RowSelection(
        owned.share(),
        views,
        withCls ? 1 : 0,
        patches,
        order,
        List.copyOf(nonFinite),
        view -> provenance(decided, view, left, patchesOfView, withCls));
  }

  /** What a step decided for one view. */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  private record Decided(int[] sources, int[] targets, int[] survivors) {
    static Decided of(Step step, int view) {
      return new Decided(
          Indices.of(step.sources, view),
          Indices.of(step.targets, view),
          Indices.of(step.survivors, view));
    }
  }

  private static Provenance provenance(
      List<Step> steps, int view, int left, int patchesOfView, boolean hasCls) {
    List<Decided> decided = steps.stream().map(step -> Decided.of(step, view)).toList();
    return Provenance.unscored(
        left, () -> tokens(decided, patchesOfView, hasCls ? 1 : 0), patchesOfView, hasCls);
  }

  private static List<OutputToken> tokens(List<Decided> steps, int patchesOfView, int first) {
    Lineage lineage = new Lineage(patchesOfView);
    for (Decided step : steps) {
      int length = lineage.size() + first;
      for (int i = 0; i < step.sources.length; i++) {
        lineage.give(2 * step.sources[i] - first, 2 * step.targets[i] + 1 - first);
      }
      IntStream ofA = IntStream.of(step.survivors).map(a -> 2 * a);
      IntStream ofB = IntStream.range(0, length / 2).map(b -> 2 * b + 1);
      lineage.keep(
          IntStream.concat(ofA, ofB).map(place -> place - first).filter(p -> p >= 0).toArray());
    }
    lineage.sortByAnchor();
    return lineage.tokens();
  }

  @Override
  public void close() {
    owned.close();
  }
}
