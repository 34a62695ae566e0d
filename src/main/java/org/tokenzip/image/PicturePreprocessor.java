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

  /**
   * A preprocessor.
   *
   * @param whole how the whole picture becomes a view; its filter and statistics serve crops too
   * @param tiles how crops are cut; null for none
   */
  public PicturePreprocessor(ClipPreprocessing whole, @Nullable AnyresTiles tiles) {
    this.whole = new ClipPreprocessor(whole);
    this.tiles = tiles;
  }

  /** How the whole picture becomes view 0. */
  public ClipPreprocessing whole() {
    return whole.options();
  }

  /** One frame of a clip: the whole picture as a single view. */
  public PixelValues frame(RgbImage image) {
    return whole.apply(image);
  }

  /**
   * The views of {@code image}.
   *
   * @throws ImageException if one of them would be larger than a picture may be
   */
  public CutPicture apply(RgbImage image) {
    List<PixelValues> views = new ArrayList<>();
    views.add(whole.apply(image));
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
