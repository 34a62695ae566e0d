// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * When a video's frames are shown, in ticks of its own clock.
 *
 * @param start of the first frame
 * @param end of the last frame
 * @param keyFrames timestamps at which decoding can begin
 */
record VideoTimeline(long start, long end, NavigableSet<Long> keyFrames) {
  /** Far above any real clip, far below where arithmetic on ticks overflows. */
  private static final long LONGEST = 1L << 50;

  /**
   * Reads every packet of {@code file}, to its end: what a header says of the length may be off.
   */
  static VideoTimeline scan(Path file) {
    try (VideoContainer container = VideoContainer.open(file)) {
      NavigableSet<Long> keyFrames = new TreeSet<>();
      long first = Long.MAX_VALUE;
      long last = Long.MIN_VALUE;
      long duration = 0;
      long packets = 0;
      AVPacket packet = container.packet();
      while (container.next()) {
        long time = packet.pts() == avutil.AV_NOPTS_VALUE ? packet.dts() : packet.pts();
        if (time == avutil.AV_NOPTS_VALUE || (packet.flags() & avcodec.AV_PKT_FLAG_DISCARD) != 0) {
          continue;
        }
        packets++;
        first = Math.min(first, time);
        if (time >= last) {
          last = time;
          duration = packet.duration();
        }
        if ((packet.flags() & avcodec.AV_PKT_FLAG_KEY) != 0) {
          keyFrames.add(time);
        }
      }
      if (packets == 0) {
        throw container.broken("it has no frame with a timestamp");
      }
      if (first < -LONGEST || last > LONGEST || duration < 0 || duration > LONGEST) {
        throw container.broken("its timestamps are beyond reason");
      }
      long shown = duration > 0 ? duration : mean(last - first, packets - 1);
      return new VideoTimeline(first, last + shown, keyFrames);
    }
  }

  /** The middle of stretch {@code i} of {@code n} equal ones. */
  long middle(int i, int n) {
    return start + (2L * i + 1) * (end - start) / (2L * n);
  }

  /** The distance of frames where the last one does not say how long it is shown. */
  private static long mean(long length, long gaps) {
    return gaps == 0 ? 1 : Math.max(1, length / gaps);
  }
}
