// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Frames of a video, taken at equal distances of time: MP4 and MOV, WebM and Matroska, GIF.
 *
 * <p>The rule: the video is shown from the timestamp of its first frame to the end of its last one,
 * for a time D. Sample i of N is the frame that is shown at (i + 1/2) · D / N, the middle of the
 * i-th of N equal stretches. So N samples of N evenly spaced frames are these frames, a frame that
 * stands long counts for long, and a clip of fewer than N frames repeats some.
 *
 * <p>Frames come upright as the file's display matrix says, in the colours its colour space means,
 * every stored pixel a pixel: non-square pixels are not stretched. The packets of the whole file
 * are read once, for their timestamps; only what leads from a key frame to a sample is decoded.
 * Beside the N pictures two decoded frames are in memory at a time.
 *
 * <p>Needs {@code org.bytedeco:ffmpeg}. All bad input ends in {@link ImageException}. Stateless and
 * safe to share.
 */
public final class VideoFrames {
  /** Most frames that may be asked for. */
  public static final int MAX_FRAMES = 1024;

  private VideoFrames() {}

  /**
   * Samples a video.
   *
   * @param frames how many, from 1 to {@value #MAX_FRAMES}
   * @return that many pictures of equal size, in order of time
   * @throws UnsupportedOperationException if the class path has no ffmpeg
   */
  public static List<RgbImage> sample(Path file, int frames) {
    if (frames < 1 || frames > MAX_FRAMES) {
      throw new IllegalArgumentException("frames: expected 1 to " + MAX_FRAMES + ", got " + frames);
    }
    Ffmpeg.load();
    VideoTimeline timeline = VideoTimeline.scan(file);
    try (VideoDecoder decoder = new VideoDecoder(file, timeline)) {
      List<RgbImage> samples = new ArrayList<>();
      for (int i = 0; i < frames; i++) {
        samples.add(decoder.at(timeline.middle(i, frames)));
      }
      return samples;
    } catch (OutOfMemoryError e) {
      throw new ImageException(
          String.format(
              "%d frames of video %s need more memory than the %d MB this Java process may use.",
              frames, file, Runtime.getRuntime().maxMemory() >> 20),
          e);
    }
  }
}
