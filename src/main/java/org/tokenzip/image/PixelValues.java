// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

/**
 * What the tower reads: {@code values[(c * height + y) * width + x]}.
 *
 * @param channels 3
 * @param height rows
 * @param width columns
 * @param values channel by channel, row by row; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over to the tower, never compared.
public record PixelValues(int channels, int height, int width, float[] values) {
  public PixelValues {
    if (values.length != (long) channels * height * width) {
      throw new IllegalArgumentException(
          String.format(
              "Expected %dx%dx%d pixel values, but got %d.",
              channels, height, width, values.length));
    }
  }
}
