// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.bench.published.PublishedFicocoLayer;
import org.tokenzip.bench.published.PublishedFicocoLayer.Reduced;
import org.tokenzip.compress.FiCoCoPreset;
import org.tokenzip.compress.FiCoCoVOptions;
import org.tokenzip.compress.FiCoCoVReduction;
import org.tokenzip.compress.FiCoCoVReduction.Step;
import org.tokenzip.compress.RemovalSchedule;
import org.tokenzip.compress.TowerLayer;
import org.tokenzip.runtime.NativeRuntime;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;

/**
 * FiCoCo-V in one layer, with the scores of the published code, our way and the published way.
 * Construction fails unless all find the answer the problem was built around and form the same
 * tokens. fp32 only: the published quantile takes nothing else.
 */
final class FicocoSides implements AutoCloseable {
  private static final int LAYER = 12;

  private final PlantedReduction problem;
  private final Tensor logits; // [H, S, S]
  private final Tensor queryByHead; // [H, S, d]
  private final Tensor keysByHead;
  private final FiCoCoVOptions options =
      FiCoCoVOptions.of(
          FiCoCoPreset.RELEASED, RemovalSchedule.constant(LAYER, PlantedReduction.REMOVALS, 1));

  FicocoSides() {
    NativeRuntime.load();
    problem = new PlantedReduction();
    try (TensorScope scope = new TensorScope()) {
      queryByHead = scope.keep(problem.query().squeeze(0).contiguous());
      keysByHead = scope.keep(problem.keys().squeeze(0).contiguous());
      logits = scope.keep(logits());
      verify();
    }
  }

  Map<String, String> parameters() {
    return new TreeMap<>(
        Map.of(
            "batch", "1",
            "removed", PlantedReduction.REMOVALS + " of " + PlantedReduction.PATCHES,
            "dtype", "fp32"));
  }

  /** Ours, as the vision tower calls it: from the queries, the keys and the tokens of the layer. */
  void tokenzip() {
    try (FiCoCoVReduction reduction = reduction()) {
      reduction.afterAttention(layer()).close();
    }
  }

  /** Published, as it runs in eager attention: the layer's logits are there. */
  void publishedFromLogits() {
    try (TensorScope scope = new TensorScope()) {
      reduceAsPublished(logits);
    }
  }

  /** Published, from what we start with: the logits are formed as well. */
  void publishedFromKeys() {
    try (TensorScope scope = new TensorScope()) {
      reduceAsPublished(logits());
    }
  }

  @Override
  public void close() {
    logits.close();
    queryByHead.close();
    keysByHead.close();
    problem.close();
  }

  private FiCoCoVReduction reduction() {
    return new FiCoCoVReduction(options, PlantedReduction.GRID, PlantedReduction.GRID);
  }

  private TowerLayer layer() {
    return new TowerLayer(LAYER, problem.tokens(), problem.query(), problem.keys(), true);
  }

  private Tensor logits() {
    return PublishedFicocoLayer.logits(queryByHead, keysByHead, PlantedReduction.SCALE);
  }

  private Reduced reduceAsPublished(Tensor logits) {
    return PublishedFicocoLayer.reduce(logits, problem.tokens(), PlantedReduction.REMOVALS);
  }

  private void verify() {
    try (FiCoCoVReduction reduction = reduction()) {
      Tensor ours = reduction.afterAttention(layer());
      requireAnswer(reduction.steps().get(0));
      Reduced published = reduceAsPublished(logits);
      requireAnswer(published);
      // In our order: CLS, then the survivors as they lie in the picture.
      Tensor order = published.remaining().argsort(0, false);
      Tensor tokens = published.tokens().index_select(1, order);
      Agreement.require("tokens", tokens, ours, 1e-5);
      ours.close();
    }
  }

  private void requireAnswer(Step step) {
    Agreement.require(
        "tokenzip: removed patches", problem.removed(), Tensors.toLongArray(step.removed()));
    long[] kept = Tensors.toLongArray(step.kept());
    long[] targets = Tensors.toLongArray(step.targets());
    requireReceivers("tokenzip", i -> i, Arrays.stream(targets).map(t -> kept[(int) t]).toArray());
  }

  private void requireAnswer(Reduced published) {
    long[] removed =
        Arrays.stream(Tensors.toLongArray(published.removed())).map(p -> p - 1).toArray();
    long[] ascending = removed.clone();
    Arrays.sort(ascending);
    Agreement.require("published: removed patches", problem.removed(), ascending);
    long[] targets = Tensors.toLongArray(published.targets());
    requireReceivers(
        "published",
        i -> Arrays.binarySearch(problem.removed(), (int) removed[i]),
        Arrays.stream(targets).map(p -> p - 1).toArray());
  }

  private void requireReceivers(String side, IntUnaryOperator ofRow, long[] patches) {
    for (int row = 0; row < PlantedReduction.REMOVALS; row++) {
      long[] pair = Arrays.copyOfRange(patches, 2 * row, 2 * row + 2);
      Arrays.sort(pair);
      Agreement.require(
          side + ": receivers of removed patch " + row,
          problem.receivers(ofRow.applyAsInt(row)),
          pair);
    }
  }
}
