// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a picture of any aspect ratio into square crops, as LLaVA-NeXT does: the picture is fitted
 * into the most suitable of a few canvases, centred, with black around it.
 *
 * @param canvases sizes that a picture may be fitted into, in order of preference among equals
 * @param side pixels along a side of a crop; divides the sides of every canvas
 */
public record AnyresTiles(List<Canvas> canvases, int side) {
  /**
   * A size in pixels.
   *
   * @param width columns
   * @param height rows
   */
  public record Canvas(int width, int height) {}

  public AnyresTiles {
    canvases = List.copyOf(canvases);
    if (canvases.isEmpty() || side < 1) {
      throw new IllegalArgumentException(
          "tiles: expected a canvas and a side of 1 or more, got " + canvases + " and " + side);
    }
    for (Canvas canvas : canvases) {
      if (canvas.width < side || canvas.width % side != 0 || canvas.height % side != 0) {
        throw new IllegalArgumentException(
            "tiles: expected multiples of " + side + " pixels, got " + canvas);
      }
    }
  }

  /**
   * The canvas on which most of a picture's pixels survive; of those the one that wastes least, of
   * those the first.
   */
  public Canvas best(int width, int height) {
    Canvas best = canvases.get(0);
    long mostPixels = -1;
    long leastWaste = Long.MAX_VALUE;
    for (Canvas canvas : canvases) {
      double scale = Math.min((double) canvas.width / width, (double) canvas.height / height);
      long fittedWidth = (long) (width * scale);
      long fittedHeight = (long) (height * scale);
      long pixels = Math.min(fittedWidth * fittedHeight, (long) width * height);
      long waste = (long) canvas.width * canvas.height - pixels;
      if (pixels > mostPixels || (pixels == mostPixels && waste < leastWaste)) {
        best = canvas;
        mostPixels = pixels;
        leastWaste = waste;
      }
    }
    return best;
  }

  /** The crops of {@code image}, row by row. */
  List<RgbImage> crops(RgbImage image, Filter filter) {
    Canvas canvas = best(image.width(), image.height());
    double across = (double) canvas.width / image.width();
    double down = (double) canvas.height / image.height();
    int width = canvas.width;
    int height = canvas.height;
    if (across < down) {
      height = Math.min((int) Math.ceil(image.height() * across), canvas.height);
    } else {
      width = Math.min((int) Math.ceil(image.width() * down), canvas.width);
    }
    int before = (canvas.width - width) / 2; // an odd pixel goes to the right and the bottom
    int above = (canvas.height - height) / 2;
    List<RgbImage> crops = new ArrayList<>();
    for (int top = 0; top < canvas.height; top += side) {
      for (int left = 0; left < canvas.width; left += side) {
        crops.add(
            new ClipGeometry(
                    image.width(),
                    image.height(),
                    width,
                    height,
                    left - before,
                    top - above,
                    side,
                    side)
                .view(image, filter));
      }
    }
    return crops;
  }
}
