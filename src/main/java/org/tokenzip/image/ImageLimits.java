// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

/** How large a picture may be: enough for any camera, small enough not to exhaust the heap. */
final class ImageLimits {
  /** Longest side, in pixels. */
  static final int MAX_SIDE = 16_384;

  /** Most pixels. */
  static final int MAX_PIXELS = 100_000_000;

  /** Largest file, in bytes: an uncompressed picture of the most pixels fits. */
  static final long MAX_BYTES = 512L << 20;

  private ImageLimits() {}

  /** Refuses a size that is empty or too large; {@code subject} begins the sentence. */
  static void require(String subject, long width, long height) {
    if (width < 1 || height < 1) {
      throw new ImageException(
          subject + " needs at least 1x1 pixels, but has " + width + "x" + height + ".");
    }
    if (width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS) {
      throw new ImageException(
          String.format(
              "%s may have at most %d pixels a side and %d megapixels, but has %dx%d.",
              subject, MAX_SIDE, MAX_PIXELS / 1_000_000, width, height));
    }
  }
}
