// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import org.jspecify.annotations.Nullable;

/**
 * Where one picture lands in the tower's view: the picture is resized, then the view is cut out
 * with its corner at ({@code left}, {@code top}) of the resized picture. A negative corner means
 * black padding.
 */
public record ClipGeometry(
    int width,
    int height,
    int resizedWidth,
    int resizedHeight,
    int left,
    int top,
    int viewWidth,
    int viewHeight) {

  static ClipGeometry of(ClipPreprocessing options, int width, int height) {
    @Nullable ResizeTarget resize = options.resize();
    int resizedWidth = resize == null ? width : resize.width(width, height);
    int resizedHeight = resize == null ? height : resize.height(width, height);
    @Nullable CropSize crop = options.crop();
    int viewWidth = crop == null ? resizedWidth : crop.width();
    int viewHeight = crop == null ? resizedHeight : crop.height();
    return new ClipGeometry(
        width,
        height,
        resizedWidth,
        resizedHeight,
        Math.floorDiv(resizedWidth - viewWidth, 2),
        Math.floorDiv(resizedHeight - viewHeight, 2),
        viewWidth,
        viewHeight);
  }

  /** The same view at {@code factor} times as many pixels a side. */
  ClipGeometry magnified(int factor) {
    return new ClipGeometry(
        width,
        height,
        Math.multiplyExact(resizedWidth, factor),
        Math.multiplyExact(resizedHeight, factor),
        left * factor,
        top * factor,
        Math.multiplyExact(viewWidth, factor),
        Math.multiplyExact(viewHeight, factor));
  }

  /** Column of the original picture at view column {@code x}; outside 0..width in the padding. */
  public double pictureX(double x) {
    return (x + left) * width / resizedWidth;
  }

  /** Row of the original picture at view row {@code y}; outside 0..height in the padding. */
  public double pictureY(double y) {
    return (y + top) * height / resizedHeight;
  }

  /** The view of {@code image}, resized with {@code filter}, padding black. */
  RgbImage view(RgbImage image, Filter filter) {
    ImageLimits.require("The preprocessed picture", viewWidth, viewHeight);
    int fromX = Math.max(0, left);
    int fromY = Math.max(0, top);
    int columns = Math.min(resizedWidth, left + viewWidth) - fromX;
    int rows = Math.min(resizedHeight, top + viewHeight) - fromY;
    if (columns < 1 || rows < 1) {
      return new RgbImage(viewWidth, viewHeight, new byte[3 * viewWidth * viewHeight]);
    }
    Window window = new Window(fromX, fromY, columns, rows);
    RgbImage visible =
        PilResampler.resizeWindow(image, resizedWidth, resizedHeight, filter, window);
    if (columns == viewWidth && rows == viewHeight) {
      return visible;
    }
    byte[] padded = new byte[3 * viewWidth * viewHeight];
    for (int y = 0; y < rows; y++) {
      int at = 3 * ((y + fromY - top) * viewWidth + fromX - left);
      System.arraycopy(visible.rgb(), 3 * y * columns, padded, at, 3 * columns);
    }
    return new RgbImage(viewWidth, viewHeight, padded);
  }
}
