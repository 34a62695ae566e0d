// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From a picture to the views a tower reads: the whole picture and, for a model that looks closer,
 * crops of it. Immutable and safe to share.
 */
public final class PicturePreprocessor {
  private final ClipPreprocessor whole;
  private final @Nullable AnyresTiles tiles;
  private final @Nullable SquarePadding padding;

  /**
   * A preprocessor.
   *
   * @param whole how the whole picture becomes a view; its filter and statistics serve crops too
   * @param tiles how crops are cut; null for none
   */
  public PicturePreprocessor(ClipPreprocessing whole, @Nullable AnyresTiles tiles) {
    this(whole, tiles, null);
  }

  private PicturePreprocessor(
      ClipPreprocessing whole, @Nullable AnyresTiles tiles, @Nullable SquarePadding padding) {
    this.whole = new ClipPreprocessor(whole);
    this.tiles = tiles;
    this.padding = padding;
  }

  /** A preprocessor of single views that pads pictures to a square before anything else. */
  public static PicturePreprocessor padding(ClipPreprocessing whole, SquarePadding padding) {
    return new PicturePreprocessor(whole, null, padding);
  }

  /** The picture that is looked at: with its padding, where there is any. */
  public RgbImage padded(RgbImage image) {
    return padding == null ? image : padding.apply(image);
  }

  /** How the whole picture becomes view 0. */
  public ClipPreprocessing whole() {
    return whole.options();
  }

  /** One frame of a clip: the whole picture as a single view. */
  public PixelValues frame(RgbImage image) {
    return whole.apply(padded(image));
  }

  /**
   * The views of {@code image}.
   *
   * @throws ImageException if one of them would be larger than a picture may be
   */
  public CutPicture apply(RgbImage image) {
    List<PixelValues> views = new ArrayList<>();
    views.add(frame(image));
    if (tiles == null) {
      return new CutPicture(image.width(), image.height(), 0, 0, views);
    }
    AnyresTiles.Canvas canvas = tiles.best(image.width(), image.height());
    for (RgbImage crop : tiles.crops(image, whole.options().filter())) {
      views.add(whole.normalised(crop));
    }
    return new CutPicture(
        image.width(),
        image.height(),
        canvas.width() / tiles.side(),
        canvas.height() / tiles.side(),
        views);
  }
}
