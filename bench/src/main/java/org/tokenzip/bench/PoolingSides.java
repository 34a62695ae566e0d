// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench;

import static org.tokenzip.kernel.LibtorchView.view;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.tokenzip.bench.published.PublishedPooling;
import org.tokenzip.kernel.PoolWindows;
import org.tokenzip.kernel.PoolWindows.Cells;
import org.tokenzip.kernel.PromptPool3d;
import org.tokenzip.runtime.NativeRuntime;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;

/**
 * Prompt-guided pooling of one video of 24 x 24 tokens a frame, our way and the published way.
 * Construction fails unless both find the same tokens.
 */
final class PoolingSides implements AutoCloseable {
  private static final long SEED = 2411_02327;
  private static final int GRID = 24;
  private static final Cells WINDOW = new Cells(2, 3, 3);

  // Cosines of a text with patches differ by hundredths: their softmax is neither flat nor a peak.
  private static final float TEMPERATURE = 0.01f;
  private static final double WEIGHT_DEVIATION = 0.01;

  private final PoolWindows windows = new PoolWindows(WINDOW, WINDOW, null, TEMPERATURE);
  private final Tensor tokens;
  private final Tensor weight;
  private final Tensor publishedWeight;
  private final Tensor out;
  private final Map<String, String> parameters;

  PoolingSides(int frames, int width, DType dtype) {
    NativeRuntime.load();
    parameters =
        new TreeMap<>(
            Map.of(
                "frames", Integer.toString(frames),
                "width", Integer.toString(width),
                "dtype", dtype.toString()));
    try (TensorScope scope = new TensorScope()) {
      torch.manual_seed(SEED);
      tokens = torch.randn(1, frames, GRID, GRID, width).to(dtype.scalarType());
      // The published weights have the dtype of the tokens; ours are fp32, of the same values.
      publishedWeight =
          torch
              .randn(1, frames, GRID, GRID)
              .mul(new Scalar(WEIGHT_DEVIATION))
              .to(dtype.scalarType());
      weight = publishedWeight.to(DType.FP32.scalarType());
      out = PromptPool3d.apply(windows, tokens, weight).values();
      // The published code sums in the storage dtype, ours rounds once.
      double tolerance = dtype == DType.FP32 ? 1e-4 : dtype == DType.FP16 ? 1e-2 : 5e-2;
      Agreement.require("published pooling", poolAsPublished(), out, tolerance);
      List.of(tokens, publishedWeight, weight, out).forEach(scope::keep);
    }
  }

  Map<String, String> parameters() {
    return parameters;
  }

  /** Ours; the result goes where the last call's went, as in the comparison of VisionZip. */
  void tokenzip() {
    PromptPool3d.run(null, windows, view(tokens), view(weight), view(out), null);
  }

  /** Ours, with a result allocated at every call as the published side's is. */
  void tokenzipAllocating() {
    PromptPool3d.apply(windows, tokens, weight).close();
  }

  void published() {
    try (TensorScope scope = new TensorScope()) {
      poolAsPublished();
    }
  }

  @Override
  public void close() {
    List.of(tokens, publishedWeight, weight, out).forEach(Tensor::close);
  }

  private Tensor poolAsPublished() {
    return PublishedPooling.pool(
        tokens, publishedWeight, TEMPERATURE, WINDOW.frames(), WINDOW.rows(), WINDOW.columns());
  }
}
