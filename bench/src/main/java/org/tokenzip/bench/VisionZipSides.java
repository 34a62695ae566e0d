// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.bench.published.PublishedVisionZip;
import org.tokenzip.bench.published.PublishedVisionZip.Compressed;
import org.tokenzip.compress.VisionZipOptions;
import org.tokenzip.kernel.VisionZipBuffers;
import org.tokenzip.kernel.VisionZipKernel;
import org.tokenzip.kernel.VisionZipParameters;
import org.tokenzip.runtime.NativeRuntime;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;

/**
 * VisionZip from score to merge on one problem, our way and the published way. Construction fails
 * unless all of them find the answer the problem was built around and form the same tokens.
 */
final class VisionZipSides implements AutoCloseable {
  private final PlantedProblem problem;
  private final VisionZipParameters budget;
  private final VisionZipBuffers buffers;
  private final Map<String, String> parameters;

  VisionZipSides(int images, int keep, DType dtype) {
    NativeRuntime.load();
    VisionZipOptions options = VisionZipOptions.forBudget(keep);
    problem = new PlantedProblem(images, options.dominant(), options.contextual(), dtype);
    budget =
        new VisionZipParameters(
            true, options.dominant(), options.contextual(), options.merge(), PlantedProblem.SCALE);
    parameters = parameters(images, options, dtype);
    try {
      buffers = VisionZipBuffers.like(budget, problem.query(), problem.keys(), problem.tokens());
      verify(dtype);
    } catch (RuntimeException e) {
      problem.close();
      throw e;
    }
  }

  /** How a case is told apart from others, in a fixed order. */
  static Map<String, String> parameters(int images, VisionZipOptions options, DType dtype) {
    return new TreeMap<>(
        Map.of(
            "batch", Integer.toString(images),
            "budget", options.dominant() + "+" + options.contextual(),
            "dtype", dtype.toString()));
  }

  Map<String, String> parameters() {
    return parameters;
  }

  /**
   * Ours: from the CLS query, the keys and the tokens; scores and key metric are part of it. The
   * results go where the last call's went.
   */
  void tokenzip() {
    buffers.apply(problem.query(), problem.keys(), problem.tokens());
  }

  /** Ours, with results allocated at every call as the published side's are. */
  void tokenzipAllocating() {
    compressOurWay().close();
  }

  /**
   * Published, as it runs after eager attention: the softmax map and the key metric are given. The
   * score is a slice of the map and its sum over heads.
   */
  void publishedFromMap() {
    try (TensorScope scope = new TensorScope()) {
      compressFromMap();
    }
  }

  /** Published, from what we start with: the map's CLS row and the metric are computed as well. */
  void publishedFromKeys() {
    try (TensorScope scope = new TensorScope()) {
      compressFromKeys();
    }
  }

  @Override
  public void close() {
    buffers.close();
    problem.close();
  }

  private VisionZipKernel.Result compressOurWay() {
    return VisionZipKernel.apply(budget, problem.query(), problem.keys(), problem.tokens());
  }

  private Compressed compressFromMap() {
    return compress(problem.attention(), problem.metric());
  }

  private Compressed compressFromKeys() {
    Tensor row =
        PublishedVisionZip.clsRow(problem.query(), problem.keysByHead(), PlantedProblem.SCALE);
    return compress(row, PublishedVisionZip.metric(problem.keysByHead()));
  }

  private Compressed compress(Tensor attention, Tensor metric) {
    return PublishedVisionZip.compress(
        attention, metric, problem.tokens(), budget.dominant() - 1, budget.contextual());
  }

  private void verify(DType dtype) {
    // The published code sums and divides in the storage dtype, ours rounds once.
    double tolerance = dtype == DType.FP32 ? 1e-5 : dtype == DType.FP16 ? 1e-2 : 5e-2;
    try (TensorScope scope = new TensorScope()) {
      VisionZipKernel.Result ours = compressOurWay();
      requireAnswer(
          "tokenzip",
          Tensors.toLongArray(ours.indices().dominant()),
          Tensors.toLongArray(ours.indices().assign()));
      VisionZipKernel.Result again =
          buffers.apply(problem.query(), problem.keys(), problem.tokens());
      requireAnswer(
          "tokenzip, buffers",
          Tensors.toLongArray(again.indices().dominant()),
          Tensors.toLongArray(again.indices().assign()));
      Agreement.require("tokenzip, buffers", again.tokens(), ours.tokens(), 0);
      requireAnswer("published, from the map", compressFromMap(), ours, tolerance);
      requireAnswer("published, from the keys", compressFromKeys(), ours, tolerance);
    }
  }

  private void requireAnswer(
      String side, Compressed published, VisionZipKernel.Result ours, double tolerance) {
    requireAnswer(
        side, Tensors.toLongArray(published.kept()), Tensors.toLongArray(published.assignment()));
    Agreement.require(side, published.tokens(), ours.tokens(), tolerance);
  }

  private void requireAnswer(String side, long[] kept, long[] assignment) {
    int images = problem.answers().size();
    for (int image = 0; image < images; image++) {
      PlantedSelection answer = problem.answers().get(image);
      long[] keptHere = row(kept, image, images);
      Arrays.sort(keptHere);
      Agreement.require(side + ": kept tokens of image " + image, answer.kept(), keptHere);
      Agreement.require(
          side + ": assignment of image " + image,
          answer.assignment(),
          row(assignment, image, images));
    }
  }

  private static long[] row(long[] table, int row, int rows) {
    int length = table.length / rows;
    return Arrays.copyOfRange(table, row * length, (row + 1) * length);
  }
}
