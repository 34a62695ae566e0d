// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
import org.tokenzip.kernel.FlaggedTensor;
import org.tokenzip.kernel.Gather;
import org.tokenzip.kernel.Layout;
import org.tokenzip.kernel.ScatterAdd;
import org.tokenzip.kernel.SelfPreservingMerge;
import org.tokenzip.kernel.TopK;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;

/** {@link FiCoCoL} in one prefill. */
final class FiCoCoLReduction implements DecoderReduction {
  private final FiCoCoLOptions options;
  private final FiCoCoLScores scores;
  private final int layers;
  private int[] plan = {};

  FiCoCoLReduction(FiCoCoLOptions options, DecoderShape decoder) {
    this.options = options;
    scores = new FiCoCoLScores(options);
    layers = options.layersThatAct(decoder);
  }

  @Override
  public PositionPolicy positions() {
    return options.positions();
  }

  @Override
  public @Nullable Reduced afterAttention(DecoderLayer layer) {
    int step = layer.index() - options.startLayer();
    if (step == 0) {
      plan = options.removals().plan(layer.visualCount(), layers);
    }
    if (step < 0 || step >= plan.length || plan[step] == 0) {
      return null;
    }
    try (TensorScope scope = new TensorScope()) {
      TopK.Result top = TopK.apply(scores.redundancy(layer), plan[step], false);
      top.requireFinite();
      int[] removed = Tensors.toIntArray(top.indices());
      int[] kept = VisualPlaces.others(layer.visualCount(), removed);
      FiCoCoShares shares =
          FiCoCoShares.of(scores.correlation(layer, removed, kept), options.epsilon(), true);
      new FlaggedTensor(shares.weights(), shares.nonFinite()).requireFinite();
      Tensor merged = merge(rows(layer, kept), rows(layer, removed), shares);
      return new Reduced(scope.keep(sequence(layer, merged)), kept, targets(shares));
    }
  }

  /** {@code kept} [1, m, E] with their shares of {@code removed} [1, r, E]. */
  private Tensor merge(Tensor kept, Tensor removed, FiCoCoShares shares) {
    if (options.preset() == FiCoCoPreset.PAPER) {
      return SelfPreservingMerge.apply(kept, removed, shares.targets(), shares.weights());
    }
    Tensor parts = // [1, r K, E]
        removed.to(ScalarType.Float).unsqueeze(2).mul(shares.weights().unsqueeze(3)).flatten(1, 2);
    Tensor into = shares.targets().flatten(1, 2);
    return ScatterAdd.apply(parts, into, kept.to(ScalarType.Float)).to(kept.scalar_type());
  }

  /** The kept tokens that each removed one goes to. */
  private static List<int[]> targets(FiCoCoShares shares) {
    int[] places = Tensors.toIntArray(shares.targets());
    int removed = (int) shares.targets().size(1);
    int most = (int) shares.targets().size(2);
    return IntStream.range(0, removed)
        .mapToObj(i -> Arrays.stream(places, i * most, (i + 1) * most))
        .map(row -> row.filter(place -> place >= 0).toArray())
        .toList();
  }

  private static Tensor rows(DecoderLayer layer, int... places) {
    int[] positions = VisualPlaces.positions(layer, places);
    return Gather.apply(layer.hidden(), Indices.rows(1, layer.hidden(), positions));
  }

  /** The text with {@code merged} [1, n', E] in the place of the visual tokens. */
  private static Tensor sequence(DecoderLayer layer, Tensor merged) {
    int start = layer.visualStart();
    int count = (int) merged.size(1);
    int[] plan =
        IntStream.concat(
                IntStream.concat(
                    IntStream.range(0, start).flatMap(i -> IntStream.of(0, i)),
                    IntStream.range(0, count).flatMap(i -> IntStream.of(1, i))),
                VisualPlaces.text(layer).flatMap(i -> IntStream.of(0, i)))
            .toArray(); // piece and row of every token
    Tensor pairs = Indices.rows(1, layer.hidden(), plan).view(1, -1, 2);
    return Layout.apply(List.of(layer.hidden(), merged), pairs);
  }
}
