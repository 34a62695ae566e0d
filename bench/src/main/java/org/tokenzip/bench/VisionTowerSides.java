// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench;

import java.io.IOException;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.tokenzip.bench.published.PublishedClipTower;
import org.tokenzip.bench.published.PublishedVisionZip;
import org.tokenzip.bench.published.PublishedVisionZip.Compressed;
import org.tokenzip.compress.TokenSelection;
import org.tokenzip.compress.VisionFeatures;
import org.tokenzip.compress.VisionZip;
import org.tokenzip.compress.VisionZipOptions;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.model.vision.VisionTower;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.weights.CheckpointWeights;
import org.tokenzip.weights.LoadListener;
import org.tokenzip.weights.VisionArchitecture;
import org.tokenzip.weights.VisionConfig;

/**
 * Pixels to compressed tokens through CLIP-L/336 with random fp32 weights, our way and the
 * published way, both on the same weights. Construction fails unless both end with the same tokens.
 */
final class VisionTowerSides implements AutoCloseable {
  private static final VisionConfig CLIP_L_336 =
      new VisionConfig(VisionArchitecture.CLIP, 1024, 4096, 24, 16, 336, 14, "quick_gelu", 1e-5);
  private static final int SELECTED_LAYERS = CLIP_L_336.layers() - 1; // layer -2 is the last to run
  private static final double TOLERANCE = 1e-3;

  private final RandomClipCheckpoint checkpoint;
  private final Parameters parameters;
  private final VisionZipOptions options;
  private final VisionZip visionZip;
  private final VisionTower tower;
  private final PublishedClipTower publishedTower;
  private final Tensor pixels;
  private final VisionFeatures features;
  private final Map<String, String> sizes;

  VisionTowerSides(int images, int keep) throws IOException {
    options = VisionZipOptions.forBudget(keep);
    visionZip = new VisionZip(options);
    checkpoint = new RandomClipCheckpoint(CLIP_L_336);
    parameters =
        new Parameters(
            CheckpointWeights.open(checkpoint.folder(), LoadListener.NONE), DType.FP32, Device.CPU);
    tower = new VisionTower(CLIP_L_336, SELECTED_LAYERS, parameters, "vision_tower.");
    publishedTower = new PublishedClipTower(CLIP_L_336, parameters);
    torch.manual_seed(images);
    pixels = torch.randn(images, 3, CLIP_L_336.imageSize(), CLIP_L_336.imageSize());
    features = tower.forward(pixels);
    sizes = VisionZipSides.parameters(images, options, DType.FP32);
    try {
      verify();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  Map<String, String> parameters() {
    return sizes;
  }

  /** Ours: 23 of 24 layers, fused attention, then VisionZip. */
  void tokenzip() {
    try (TensorScope scope = new TensorScope()) {
      compress(tower.forward(pixels));
    }
  }

  /** Our tower alone. */
  void tower() {
    try (TensorScope scope = new TensorScope()) {
      tower.forward(pixels);
    }
  }

  /** Our selection and merging alone, on the features of an earlier run. */
  void selectAndMerge() {
    try (TensorScope scope = new TensorScope()) {
      compress(features);
    }
  }

  /** Published: 24 layers, eager attention, all maps kept, then the published selection. */
  void published() {
    try (TensorScope scope = new TensorScope()) {
      compressPublished();
    }
  }

  @Override
  public void close() throws IOException {
    features.hidden().close();
    features.queries().close();
    features.keys().close();
    pixels.close();
    parameters.close();
    checkpoint.close();
  }

  private Tensor compress(VisionFeatures features) {
    try (TokenSelection selection = visionZip.select(features)) {
      return selection.apply(features.hidden());
    }
  }

  private Compressed compressPublished() {
    PublishedClipTower.Output output = publishedTower.forward(pixels);
    return PublishedVisionZip.compress(
        output.attention(),
        output.metric(),
        output.hidden(),
        options.dominant() - 1,
        options.contextual());
  }

  private void verify() {
    try (TensorScope scope = new TensorScope()) {
      Agreement.require(
          "vision tower and VisionZip",
          compressPublished().tokens(),
          compress(features),
          TOLERANCE);
    }
  }
}
