// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

/** The {@code size} of a CLIP preprocessor configuration. */
public sealed interface ResizeTarget {
  /** Keeps the aspect ratio; the short side becomes {@code pixels}. */
  record ShortestEdge(int pixels) implements ResizeTarget {
    public ShortestEdge {
      requireSide("shortest_edge", pixels);
    }

    @Override
    public int width(int width, int height) {
      return width <= height ? pixels : (int) ((long) pixels * width / height);
    }

    @Override
    public int height(int width, int height) {
      return height <= width ? pixels : (int) ((long) pixels * height / width);
    }
  }

  /** Squeezes every picture to this size, whatever its aspect ratio. */
  record Exact(int width, int height) implements ResizeTarget {
    public Exact {
      requireSide("width", width);
      requireSide("height", height);
    }

    @Override
    public int width(int width, int height) {
      return this.width;
    }

    @Override
    public int height(int width, int height) {
      return this.height;
    }
  }

  /** The width a {@code width} x {@code height} picture is resized to. */
  int width(int width, int height);

  /** The height a {@code width} x {@code height} picture is resized to. */
  int height(int width, int height);

  private static void requireSide(String name, int pixels) {
    if (pixels < 1 || pixels > ImageLimits.MAX_SIDE) {
      throw new ImageException(
          String.format(
              "Expected a resize %s of 1 to %d pixels, but got %d.",
              name, ImageLimits.MAX_SIDE, pixels));
    }
  }
}
