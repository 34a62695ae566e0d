// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.nio.file.Path;
import org.tokenzip.image.ClipPreprocessing;
import org.tokenzip.image.CropSize;
import org.tokenzip.image.Filter;
import org.tokenzip.image.ResizeTarget;
import org.tokenzip.weights.PreprocessorConfig;

/** Carries a checkpoint's {@code preprocessor_config.json} over to the image package. */
final class Preprocessing {
  private Preprocessing() {}

  static ClipPreprocessing of(Path directory) {
    PreprocessorConfig config = PreprocessorConfig.read(directory);
    ClipPreprocessing preprocessing =
        new ClipPreprocessing(
            config.doResize() ? resize(config) : null,
            Filter.ofCode(config.resample()),
            config.doCenterCrop() ? new CropSize(config.cropWidth(), config.cropHeight()) : null,
            config.doRescale() ? config.rescaleFactor() : 1,
            config.imageMean(),
            config.imageStd());
    return config.doNormalize() ? preprocessing : preprocessing.withoutNormalisation();
  }

  private static ResizeTarget resize(PreprocessorConfig config) {
    if (config.width() != null && config.height() != null) {
      return new ResizeTarget.Exact(config.width(), config.height());
    }
    if (config.shortestEdge() == null) {
      throw new IllegalStateException("a resize target has a shortest edge or width and height");
    }
    return new ResizeTarget.ShortestEdge(config.shortestEdge());
  }
}
