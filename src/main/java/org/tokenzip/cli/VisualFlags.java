// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tokenzip.image.ImageDecoder;
import org.tokenzip.image.ImageException;
import org.tokenzip.image.VideoFrames;
import org.tokenzip.pipeline.Visual;
import picocli.CommandLine.Option;

/** What questions are about: pictures, or a video. */
final class VisualFlags {
  /** As many as Video-LLaVA was trained with. */
  static final int DEFAULT_FRAMES = 8;

  @Option(
      names = {"-i", "--image"},
      paramLabel = "FILE",
      description =
          "A JPEG, PNG, WebP, GIF or BMP picture. Repeatable: several pictures, in this order.")
  private List<Path> images = List.of();

  @Option(
      names = "--video",
      paramLabel = "FILE",
      description = "An MP4, WebM or GIF video instead of a picture.")
  private @Nullable Path video;

  @Option(
      names = "--frames",
      paramLabel = "N",
      description =
          "Frames of the video to look at, at equal distances of time. Default: "
              + DEFAULT_FRAMES
              + ".")
  private @Nullable Integer frames;

  /** Reads the files; empty where none is given. */
  List<Visual> read() {
    if (video != null && !images.isEmpty()) {
      throw new IllegalArgumentException("expected either --image or --video, got both");
    }
    if (video == null && frames != null) {
      throw new IllegalArgumentException("--frames: expected --video as well, got none");
    }
    if (video != null) {
      return List.of(clip(video));
    }
    return images.stream().map(VisualFlags::picture).toList();
  }

  /** Refuses to write what {@code option} asks for over a picture that is to be read. */
  void requireOther(String option, Path written) {
    for (Path image : images) {
      if (isSame(image, written)) {
        throw new IllegalArgumentException(
            option + ": expected another file than the picture, got " + written + " for both");
      }
    }
  }

  private static boolean isSame(Path file, Path other) {
    try {
      return Files.exists(file) && Files.exists(other) && Files.isSameFile(file, other);
    } catch (IOException e) {
      throw new ImageException("Expected a readable picture, but " + file + " is none.", e);
    }
  }

  /** The video in {@code file}, with as many frames as asked for. */
  Visual clip(Path file) {
    return new Visual.Clip(VideoFrames.sample(file, frames == null ? DEFAULT_FRAMES : frames));
  }

  /** The picture in {@code file}. */
  static Visual picture(Path file) {
    return new Visual.Picture(ImageDecoder.decode(file));
  }
}
