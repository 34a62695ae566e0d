// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.tokenzip.bench.published.PublishedFicocoLayer;
import org.tokenzip.bench.published.PublishedFicocoLayer.Reduced;
import org.tokenzip.compress.FiCoCoPreset;
import org.tokenzip.compress.FiCoCoVOptions;
import org.tokenzip.compress.FiCoCoVReduction;
import org.tokenzip.compress.FiCoCoVReduction.Step;
import org.tokenzip.compress.RemovalSchedule;
import org.tokenzip.compress.TowerLayer;
import org.tokenzip.runtime.NativeRuntime;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;

/**
 * FiCoCo-V in one layer, with the scores of the published code, our way and the published way.
 * Construction fails unless both find the answer the pictures were built around and form the same
 * tokens. The published code takes one picture at a time: a batch is a loop over its pictures.
 */
final class FicocoSides implements AutoCloseable {
  private static final int LAYER = 12;

  private final List<Picture> pictures;
  private final TowerLayer layer; // of all of them
  private final Map<String, String> parameters;
  private final FiCoCoVOptions options =
      FiCoCoVOptions.of(
          FiCoCoPreset.RELEASED, RemovalSchedule.constant(LAYER, PlantedReduction.REMOVALS, 1));

  /** What the published code works on. */
  private record Picture(PlantedReduction problem, Tensor query, Tensor keys, Tensor logits) {
    static Picture of(PlantedReduction problem) {
      try (TensorScope scope = new TensorScope()) {
        Tensor query = scope.keep(problem.query().squeeze(0).contiguous()); // [H, S, d]
        Tensor keys = scope.keep(problem.keys().squeeze(0).contiguous());
        return new Picture(problem, query, keys, scope.keep(logits(query, keys))); // [H, S, S]
      }
    }

    static Tensor logits(Tensor query, Tensor keys) {
      return PublishedFicocoLayer.logits(query, keys, PlantedReduction.SCALE);
    }

    Reduced reduce(Tensor logits) {
      return PublishedFicocoLayer.reduce(logits, problem.tokens(), PlantedReduction.REMOVALS);
    }

    void close() {
      problem.close();
      List.of(query, keys, logits).forEach(Tensor::close);
    }
  }

  FicocoSides(int images, DType dtype) {
    NativeRuntime.load();
    pictures =
        IntStream.range(0, images)
            .mapToObj(image -> Picture.of(new PlantedReduction(image, dtype)))
            .toList();
    parameters =
        new TreeMap<>(
            Map.of(
                "batch", Integer.toString(images),
                "removed", PlantedReduction.REMOVALS + " of " + PlantedReduction.PATCHES,
                "dtype", dtype.toString()));
    try (TensorScope scope = new TensorScope()) {
      // Token by token in memory, as projections leave them.
      Tensor query = all(picture -> picture.problem.query().transpose(1, 2)).transpose(1, 2);
      Tensor keys = all(picture -> picture.problem.keys().transpose(1, 2)).transpose(1, 2);
      Tensor tokens = all(picture -> picture.problem.tokens());
      layer = new TowerLayer(LAYER, scope.keep(tokens), scope.keep(query), scope.keep(keys), true);
      // In 16 bits the published side rounds every share, and every sum to which one is added.
      verify(dtype == DType.FP32 ? 1e-5 : 1e-1);
    }
  }

  Map<String, String> parameters() {
    return parameters;
  }

  /** Ours, as the vision tower calls it: from the queries, the keys and the tokens of the layer. */
  void tokenzip() {
    try (FiCoCoVReduction reduction = reduction()) {
      reduction.afterAttention(layer).close();
    }
  }

  /** Published, as it runs in eager attention: the layer's logits are there. */
  void publishedFromLogits() {
    for (Picture picture : pictures) {
      try (TensorScope scope = new TensorScope()) {
        picture.reduce(picture.logits);
      }
    }
  }

  /** Published, from what we start with: the logits are formed as well. */
  void publishedFromKeys() {
    for (Picture picture : pictures) {
      try (TensorScope scope = new TensorScope()) {
        picture.reduce(Picture.logits(picture.query, picture.keys));
      }
    }
  }

  @Override
  public void close() {
    pictures.forEach(Picture::close);
    List.of(layer.hidden(), layer.queries(), layer.keys()).forEach(Tensor::close);
  }

  private FiCoCoVReduction reduction() {
    return new FiCoCoVReduction(options, PlantedReduction.GRID, PlantedReduction.GRID);
  }

  private Tensor all(Function<Picture, Tensor> part) {
    return torch.cat(new TensorVector(pictures.stream().map(part).toArray(Tensor[]::new)), 0);
  }

  private void verify(double tolerance) {
    try (FiCoCoVReduction reduction = reduction();
        Tensor ours = reduction.afterAttention(layer)) {
      for (int image = 0; image < pictures.size(); image++) {
        Picture picture = pictures.get(image);
        requireAnswer(picture.problem, reduction.steps().get(0), image);
        Reduced published = picture.reduce(picture.logits);
        requireAnswer(picture.problem, published);
        // In our order: CLS, then the survivors as they lie in the picture.
        Tensor order = published.remaining().argsort(0, false);
        Tensor tokens = published.tokens().index_select(1, order);
        Agreement.require("tokens", tokens, ours.narrow(0, image, 1), tolerance);
      }
    }
  }

  private static void requireAnswer(PlantedReduction problem, Step step, int image) {
    Agreement.require("tokenzip: removed patches", problem.removed(), longs(step.removed(), image));
    long[] kept = longs(step.kept(), image);
    long[] targets = longs(step.targets(), image);
    requireReceivers(
        "tokenzip", problem, i -> i, Arrays.stream(targets).map(t -> kept[(int) t]).toArray());
  }

  private static void requireAnswer(PlantedReduction problem, Reduced published) {
    long[] removed =
        Arrays.stream(Tensors.toLongArray(published.removed())).map(p -> p - 1).toArray();
    long[] ascending = removed.clone();
    Arrays.sort(ascending);
    Agreement.require("published: removed patches", problem.removed(), ascending);
    long[] targets = Tensors.toLongArray(published.targets());
    requireReceivers(
        "published",
        problem,
        i -> Arrays.binarySearch(problem.removed(), (int) removed[i]),
        Arrays.stream(targets).map(p -> p - 1).toArray());
  }

  private static void requireReceivers(
      String side, PlantedReduction problem, IntUnaryOperator ofRow, long[] patches) {
    for (int row = 0; row < PlantedReduction.REMOVALS; row++) {
      long[] pair = Arrays.copyOfRange(patches, 2 * row, 2 * row + 2);
      Arrays.sort(pair);
      Agreement.require(
          side + ": receivers of removed patch " + row,
          problem.receivers(ofRow.applyAsInt(row)),
          pair);
    }
  }

  private static long[] longs(Tensor lists, int image) {
    return Tensors.toLongArray(lists.select(0, image));
  }
}
