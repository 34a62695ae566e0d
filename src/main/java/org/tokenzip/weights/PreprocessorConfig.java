// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a checkpoint says about preparing a picture, with CLIP's or SigLIP's defaults for what it
 * leaves out.
 *
 * @param doResize whether to resize at all
 * @param shortestEdge target length of the shorter side; null if height and width are given instead
 * @param height target height; null with {@code shortestEdge}
 * @param width target width; null with {@code shortestEdge}
 * @param resample filter under PIL's number: 0 nearest, 1 lanczos, 2 bilinear, 3 bicubic, 4 box, 5
 *     hamming
 * @param doCenterCrop whether to cut out the centre
 * @param cropHeight height of the cut
 * @param cropWidth width of the cut
 * @param doRescale whether to multiply by {@code rescaleFactor}
 * @param rescaleFactor usually 1/255
 * @param doNormalize whether to subtract the mean and divide by the deviation
 * @param imageMean per channel
 * @param imageStd per channel, positive
 * @param resolutions that a picture may be fitted into before it is cut into crops; null if the
 *     file lists none
 */
public record PreprocessorConfig(
    boolean doResize,
    @Nullable Integer shortestEdge,
    @Nullable Integer height,
    @Nullable Integer width,
    int resample,
    boolean doCenterCrop,
    int cropHeight,
    int cropWidth,
    boolean doRescale,
    double rescaleFactor,
    boolean doNormalize,
    List<Double> imageMean,
    List<Double> imageStd,
    @Nullable List<Resolution> resolutions) {
  private static final String FILE = "preprocessor_config.json";

  private static final String PROCESSOR_FILE = "processor_config.json";
  private static final String PROCESSOR_KEY = "image_processor";

  private static final List<Double> CLIP_MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
  private static final List<Double> CLIP_STD = List.of(0.26862954, 0.26130258, 0.27577711);

  private static final List<Double> HALF = List.of(0.5, 0.5, 0.5);

  public PreprocessorConfig {
    imageMean = List.copyOf(imageMean);
    imageStd = List.copyOf(imageStd);
    resolutions = resolutions == null ? null : List.copyOf(resolutions);
  }

  /**
   * Reads {@code preprocessor_config.json} of the checkpoint in {@code directory} or, as newer
   * checkpoints have it, the {@code image_processor} in {@code processor_config.json}.
   *
   * @throws CheckpointException if both are missing or the one read is malformed
   */
  public static PreprocessorConfig read(Path directory) {
    Path own = directory.resolve(FILE);
    if (Files.exists(own)) {
      return read(ConfigJson.read(own));
    }
    ConfigJson processor = ConfigJson.readIfPresent(directory.resolve(PROCESSOR_FILE));
    if (!processor.has(PROCESSOR_KEY)) {
      throw new CheckpointException(
          String.format(
              "%s: expected %s, or %s with an %s, found neither",
              directory, FILE, PROCESSOR_FILE, PROCESSOR_KEY));
    }
    return read(processor.child(PROCESSOR_KEY));
  }

  /**
   * As {@link #read(Path)}, of the folder that the vision tower comes from or else of the
   * checkpoint's own; null if neither has {@code preprocessor_config.json}.
   *
   * @throws CheckpointException if the file read is malformed
   */
  public static @Nullable PreprocessorConfig find(Path directory, TowerFolder tower) {
    Path own = directory.resolve(FILE);
    Path file = tower.has(FILE) ? tower.file(FILE) : own;
    return Files.exists(file) ? read(ConfigJson.read(file)) : null;
  }

  static PreprocessorConfig read(ConfigJson json) {
    List<Resolution> resolutions = AnyresConfig.listed(json);
    // With crops it pads the number of views in a batch, which changes no picture.
    if (json.bool("do_pad", false) && resolutions == null) {
      throw json.wrong("do_pad", "false, since padding to a square is not supported");
    }
    String type = json.string("image_processor_type", "");
    boolean siglip = type.startsWith("Siglip");
    boolean cuts = !siglip && !type.startsWith("LlavaOnevision");
    Size size = Size.read(json, "size", new Size(224, null, null));
    Size crop = Size.read(json, "crop_size", new Size(224, null, null));
    Integer square = crop.shortestEdge;
    List<Double> mean = json.numbers("image_mean", -1e6, 1e6, 3);
    List<Double> std = json.numbers("image_std", 1e-6, 1e6, 3);
    return new PreprocessorConfig(
        json.bool("do_resize", true),
        size.shortestEdge,
        size.height,
        size.width,
        json.integer("resample", 0, 5, 3),
        json.bool("do_center_crop", cuts),
        square != null ? square : side(crop.height),
        square != null ? square : side(crop.width),
        json.bool("do_rescale", true),
        json.number("rescale_factor", 1e-9, 1e6, 1 / 255.0),
        json.bool("do_normalize", true),
        mean == null ? (siglip ? HALF : CLIP_MEAN) : mean,
        std == null ? (siglip ? HALF : CLIP_STD) : std,
        resolutions);
  }

  private static int side(@Nullable Integer side) {
    if (side == null) {
      throw new IllegalStateException("a size has a shortest edge, or both height and width");
    }
    return side;
  }

  /** A size as these files write it: a number, a shortest edge, or height and width. */
  private record Size(
      @Nullable Integer shortestEdge, @Nullable Integer height, @Nullable Integer width) {
    static Size read(ConfigJson json, String key, Size fallback) {
      if (!json.has(key)) {
        return fallback;
      }
      if (!json.isObject(key)) {
        return new Size(json.integer(key, 1, Limits.IMAGE_SIDE), null, null);
      }
      ConfigJson size = json.child(key);
      Integer shortest = size.integer("shortest_edge", 1, Limits.IMAGE_SIDE);
      Integer height = size.integer("height", 1, Limits.IMAGE_SIDE);
      Integer width = size.integer("width", 1, Limits.IMAGE_SIDE);
      boolean edges = height != null && width != null;
      if (shortest == null ? !edges : height != null || width != null) {
        throw json.wrong(key, "a shortest_edge, or a height and a width");
      }
      return new Size(shortest, height, width);
    }
  }
}
