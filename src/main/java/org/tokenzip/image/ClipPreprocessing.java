// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a picture becomes pixel values: {@code preprocessor_config.json} of a CLIP image processor. A
 * step whose {@code do_*} switch is off holds its neutral value.
 *
 * @param resize target of the resize, or null without one
 * @param filter kernel of the resize
 * @param crop size of the centre crop, or null without one
 * @param rescaleFactor factor on the 0..255 samples; 1 without rescaling
 * @param mean per channel, subtracted after rescaling; zeros without normalisation
 * @param std per channel, divided by; ones without normalisation
 */
public record ClipPreprocessing(
    @Nullable ResizeTarget resize,
    Filter filter,
    @Nullable CropSize crop,
    double rescaleFactor,
    List<Double> mean,
    List<Double> std) {
  private static final List<Double> CLIP_MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
  private static final List<Double> CLIP_STD = List.of(0.26862954, 0.26130258, 0.27577711);

  public ClipPreprocessing {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (!Double.isFinite(rescaleFactor) || rescaleFactor == 0) {
      throw new ImageException(
          "Expected a finite rescale_factor other than 0, but got " + rescaleFactor + ".");
    }
    if (mean.size() != 3 || !mean.stream().allMatch(Double::isFinite)) {
      throw new ImageException("Expected 3 finite values in image_mean, but got " + mean + ".");
    }
    if (std.size() != 3 || !std.stream().allMatch(s -> Double.isFinite(s) && s.floatValue() > 0)) {
      throw new ImageException("Expected 3 positive values in image_std, but got " + std + ".");
    }
  }

  /** The preprocessing of CLIP-L/14 at 336 pixels, LLaVA-1.5's tower. */
  public static ClipPreprocessing defaults336() {
    return square(336);
  }

  /** CLIP's bicubic resize of the short side to {@code side}, square crop and statistics. */
  public static ClipPreprocessing square(int side) {
    return new ClipPreprocessing(
        new ResizeTarget.ShortestEdge(side),
        Filter.BICUBIC,
        new CropSize(side, side),
        1.0 / 255,
        CLIP_MEAN,
        CLIP_STD);
  }

  public ClipPreprocessing withResize(@Nullable ResizeTarget newResize) {
    return new ClipPreprocessing(newResize, filter, crop, rescaleFactor, mean, std);
  }

  public ClipPreprocessing withFilter(Filter newFilter) {
    return new ClipPreprocessing(resize, newFilter, crop, rescaleFactor, mean, std);
  }

  public ClipPreprocessing withCrop(@Nullable CropSize newCrop) {
    return new ClipPreprocessing(resize, filter, newCrop, rescaleFactor, mean, std);
  }

  /** With {@code newFactor} on the samples; 1 for {@code do_rescale: false}. */
  public ClipPreprocessing withRescaleFactor(double newFactor) {
    return new ClipPreprocessing(resize, filter, crop, newFactor, mean, std);
  }

  public ClipPreprocessing withStatistics(List<Double> newMean, List<Double> newStd) {
    return new ClipPreprocessing(resize, filter, crop, rescaleFactor, newMean, newStd);
  }

  /** For {@code do_normalize: false}. */
  public ClipPreprocessing withoutNormalisation() {
    return withStatistics(List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
  }

  /** Where pictures of {@code width} x {@code height} land in the tower's view. */
  public ClipGeometry geometry(int width, int height) {
    return ClipGeometry.of(this, width, height);
  }
}
