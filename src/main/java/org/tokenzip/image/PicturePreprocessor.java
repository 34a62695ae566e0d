// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * From a picture to the views a tower reads: the whole picture and, for a model that looks closer,
 * crops of it. Immutable and safe to share.
 */
public final class PicturePreprocessor {
  private final ClipPreprocessor whole;
  private final @Nullable AnyresTiles tiles;
  private final @Nullable SquarePadding padding;
  private final UnaryOperator<RgbImage> resized;

  /**
   * A preprocessor.
   *
   * @param whole how the whole picture becomes a view; its filter and statistics serve crops too
   * @param tiles how crops are cut; null for none
   */
  public PicturePreprocessor(ClipPreprocessing whole, @Nullable AnyresTiles tiles) {
    this(new ClipPreprocessor(whole), tiles, null, view -> view);
  }

  private PicturePreprocessor(
      ClipPreprocessor whole,
      @Nullable AnyresTiles tiles,
      @Nullable SquarePadding padding,
      UnaryOperator<RgbImage> resized) {
    this.whole = whole;
    this.tiles = tiles;
    this.padding = padding;
    this.resized = resized;
  }

  /** A preprocessor of single views that pads pictures to a square before anything else. */
  public static PicturePreprocessor padding(ClipPreprocessing whole, SquarePadding padding) {
    return new PicturePreprocessor(new ClipPreprocessor(whole), null, padding, view -> view);
  }

  /** The picture that is looked at: with its padding, where there is any. */
  public RgbImage padded(RgbImage image) {
    return padding == null ? image : padding.apply(image);
  }

  /**
   * The same views on fewer pixels: each is cut as it was and then resized.
   *
   * @param from pixels along a side of a view; views of another size stay as they are
   * @param to how many there are to be
   */
  public PicturePreprocessor shrunk(int from, int to) {
    return new PicturePreprocessor(
        whole,
        tiles,
        padding,
        view ->
            view.width() == from && view.height() == from
                ? PilResampler.resize(view, to, to, whole.options().filter())
                : view);
  }

  /** How the whole picture becomes view 0. */
  public ClipPreprocessing whole() {
    return whole.options();
  }

  /** One frame of a clip: the whole picture as a single view. */
  public PixelValues frame(RgbImage image) {
    return values(whole.view(padded(image)));
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
      views.add(values(crop));
    }
    return new CutPicture(
        image.width(),
        image.height(),
        canvas.width() / tiles.side(),
        canvas.height() / tiles.side(),
        views);
  }

  private PixelValues values(RgbImage view) {
    return whole.normalised(resized.apply(view));
  }
}
