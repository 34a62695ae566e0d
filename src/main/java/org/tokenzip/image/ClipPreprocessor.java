// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

/**
 * Turns pictures into pixel values with the arithmetic of the reference's PIL path, bit for bit:
 * resize, centre crop, {@code float32(float64(x) * factor)}, then {@code (x - mean) / std} in
 * float32. Immutable and safe to share.
 */
public final class ClipPreprocessor {
  private final ClipPreprocessing options;

  /** Per channel, the value of each of the 256 samples. */
  private final float[][] values = new float[3][256];

  public ClipPreprocessor(ClipPreprocessing options) {
    this.options = options;
    for (int c = 0; c < 3; c++) {
      float mean = options.mean().get(c).floatValue();
      float std = options.std().get(c).floatValue();
      for (int sample = 0; sample < 256; sample++) {
        values[c][sample] = ((float) (sample * options.rescaleFactor()) - mean) / std;
      }
    }
  }

  public ClipPreprocessing options() {
    return options;
  }

  /**
   * The pixel values of {@code image}.
   *
   * @throws ImageException if no crop bounds the view and it is larger than a picture may be
   */
  public PixelValues apply(RgbImage image) {
    return normalised(view(image));
  }

  /** The view of {@code image} before its samples become pixel values. */
  RgbImage view(RgbImage image) {
    return options.geometry(image.width(), image.height()).view(image, options.filter());
  }

  /** The pixel values of a view that has its size already. */
  PixelValues normalised(RgbImage view) {
    byte[] rgb = view.rgb();
    int plane = rgb.length / 3;
    float[] out = new float[rgb.length];
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < plane; i++) {
        out[c * plane + i] = values[c][rgb[3 * i + c] & 0xFF];
      }
    }
    return new PixelValues(3, view.height(), view.width(), out);
  }
}
