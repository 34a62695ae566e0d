// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.util.List;
import org.tokenzip.image.RgbImage;

/** What a question is about: a picture, or a clip. */
public sealed interface Visual {
  /** The pictures it consists of, in order of time; at least one. */
  List<RgbImage> frames();

  /** A picture. */
  record Picture(RgbImage image) implements Visual {
    @Override
    public List<RgbImage> frames() {
      return List.of(image);
    }
  }

  /**
   * A clip. A model made for video looks at it as such; any other sees the frames one after another
   * in the place of one picture.
   *
   * @param frames in order of time, as of {@link org.tokenzip.image.VideoFrames}
   */
  record Clip(List<RgbImage> frames) implements Visual {
    public Clip {
      frames = List.copyOf(frames);
      if (frames.isEmpty()) {
        throw new IllegalArgumentException("clip: expected at least one frame, got none");
      }
    }
  }
}
