// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.tokenzip.image.AnyresTiles;
import org.tokenzip.image.ClipPreprocessing;
import org.tokenzip.image.CropSize;
import org.tokenzip.image.Filter;
import org.tokenzip.image.PicturePreprocessor;
import org.tokenzip.image.ResizeTarget;
import org.tokenzip.image.SquarePadding;
import org.tokenzip.weights.AnyresConfig;
import org.tokenzip.weights.CheckpointException;
import org.tokenzip.weights.FeatureSelect;
import org.tokenzip.weights.HighResolutionConfig;
import org.tokenzip.weights.LlavaConfig;
import org.tokenzip.weights.PreprocessorConfig;
import org.tokenzip.weights.VisionArchitecture;

/** How a checkpoint's files want pictures prepared. */
final class PictureFiles {
  private PictureFiles() {}

  /**
   * Reads {@code preprocessor_config.json}.
   *
   * @throws CheckpointException if it does not fit {@code config}
   */
  static PicturePreprocessor preprocessor(Path directory, LlavaConfig config) {
    requirePatchesOnly(config);
    if (config.highResolution() != null) {
      return highResolution(directory, config, config.highResolution());
    }
    PreprocessorConfig file = PreprocessorConfig.read(directory);
    AnyresConfig anyres = config.anyres();
    int side = config.vision().imageSize();
    CropSize crop = file.doCenterCrop() ? new CropSize(file.cropWidth(), file.cropHeight()) : null;
    if (crop != null && (crop.width() != side || crop.height() != side)) {
      throw ImageEncoder.mismatch(side, crop.width(), crop.height());
    }
    if (anyres == null) {
      return new PicturePreprocessor(view(file, file.doResize() ? resize(file) : null, crop), null);
    }
    requireSame(file, anyres, side);
    AnyresTiles tiles =
        new AnyresTiles(
            anyres.resolutions().stream()
                .map(size -> new AnyresTiles.Canvas(size.width(), size.height()))
                .toList(),
            side);
    return new PicturePreprocessor(view(file, new ResizeTarget.Exact(side, side), null), tiles);
  }

  /**
   * Pictures in the size of the second tower; the rest is as in the folder of the vision tower or
   * in the model's own, or as CLIP has it where neither says anything.
   */
  private static PicturePreprocessor highResolution(
      Path directory, LlavaConfig config, HighResolutionConfig own) {
    int side = config.vision().imageSize();
    CropSize square = new CropSize(own.imageSize(), own.imageSize());
    ResizeTarget shortest = new ResizeTarget.ShortestEdge(own.imageSize());
    ClipPreprocessing view = ClipPreprocessing.square(own.imageSize());
    PreprocessorConfig read = PreprocessorConfig.find(directory, own.visionFolder());
    if (read != null) {
      if (read.doCenterCrop() && (read.cropWidth() != side || read.cropHeight() != side)) {
        throw ImageEncoder.mismatch(side, read.cropWidth(), read.cropHeight());
      }
      view = view(read, read.doResize() ? shortest : null, read.doCenterCrop() ? square : null);
    }
    return own.padsToSquare()
        ? PicturePreprocessor.padding(view, SquarePadding.ofMean(view.mean()))
        : new PicturePreprocessor(view, null);
  }

  /** Language models get patches: CLIP's class token is dropped, SigLIP has none. */
  private static void requirePatchesOnly(LlavaConfig config) {
    VisionArchitecture tower = config.vision().architecture();
    FeatureSelect expected = tower.hasCls() ? FeatureSelect.DEFAULT : FeatureSelect.FULL;
    if (config.select() != expected) {
      throw new CheckpointException(
          String.format(
              "config.json: vision_feature_select_strategy: expected \"%s\" for a %s tower,"
                  + " got \"%s\"",
              name(expected),
              tower == VisionArchitecture.CLIP ? "CLIP" : "SigLIP",
              name(config.select())));
    }
  }

  private static String name(FeatureSelect select) {
    return select == FeatureSelect.FULL ? "full" : "default";
  }

  /** Features are arranged by one file and crops cut by the other, so they have to agree. */
  private static void requireSame(PreprocessorConfig file, AnyresConfig anyres, int side) {
    if (file.resolutions() != null && !file.resolutions().equals(anyres.resolutions())) {
      throw new CheckpointException(
          "preprocessor_config.json: image_grid_pinpoints: expected those of config.json, got"
              + " others");
    }
    Integer width = file.shortestEdge() == null ? file.width() : file.shortestEdge();
    Integer height = file.shortestEdge() == null ? file.height() : file.shortestEdge();
    if (!file.doResize() || width == null || height == null) {
      throw new CheckpointException(
          "preprocessor_config.json: do_resize: expected true, since crops are cut, got false");
    }
    if (width != side || height != side) {
      throw ImageEncoder.mismatch(side, width, height);
    }
  }

  private static ClipPreprocessing view(
      PreprocessorConfig file, @Nullable ResizeTarget resize, @Nullable CropSize crop) {
    ClipPreprocessing view =
        new ClipPreprocessing(
            resize,
            Filter.ofCode(file.resample()),
            crop,
            file.doRescale() ? file.rescaleFactor() : 1,
            file.imageMean(),
            file.imageStd());
    return file.doNormalize() ? view : view.withoutNormalisation();
  }

  private static ResizeTarget resize(PreprocessorConfig file) {
    if (file.width() != null && file.height() != null) {
      return new ResizeTarget.Exact(file.width(), file.height());
    }
    if (file.shortestEdge() == null) {
      throw new IllegalStateException("a resize target has a shortest edge or width and height");
    }
    return new ResizeTarget.ShortestEdge(file.shortestEdge());
  }
}
