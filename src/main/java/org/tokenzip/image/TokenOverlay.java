// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import org.tokenzip.image.PatchRoles.Role;

/**
 * Draws what became of each patch over the picture as the tower saw it: kept patches clear in a
 * white frame, merged ones tinted in the colour of their target, targets framed in it and numbered,
 * dropped ones dark. A legend with the counts stands below.
 */
public final class TokenOverlay {
  private static final int WISHED_SIDE = 672;
  private static final int LEGEND_HEIGHT = 40;
  private static final int LEGEND_BACKGROUND = 0x16181C;
  private static final int WHITE = 0xFFFFFF;
  private static final int NEAR_BLACK = 0x101010;
  private static final double TINT = 0.48;
  private static final double DIM = 0.72;

  private TokenOverlay() {}

  /**
   * The drawing, magnified so that single patches show.
   *
   * @throws ImageException if the grid does not fit into the view or the drawing would be too large
   */
  public static BufferedImage draw(
      RgbImage picture, ClipPreprocessing preprocessing, PatchRoles roles) {
    ClipGeometry view = preprocessing.geometry(picture.width(), picture.height());
    requireFit(view, roles);
    int factor = Math.max(1, ceilDiv(WISHED_SIDE, Math.max(view.viewWidth(), view.viewHeight())));
    RgbImage magnified = view.magnified(factor).view(picture, Filter.BICUBIC);
    PixelCanvas canvas =
        new PixelCanvas(magnified.width(), magnified.height() + LEGEND_HEIGHT, LEGEND_BACKGROUND);
    canvas.draw(magnified);
    int cell = factor * roles.patchSize();
    for (int patch = 0; patch < roles.gridSide() * roles.gridSide(); patch++) {
      paint(canvas, roles, patch, cell(roles, patch, cell));
    }
    // Frames come after all tints, so that no neighbour covers them.
    for (int patch = 0; patch < roles.gridSide() * roles.gridSide(); patch++) {
      outline(canvas, roles, patch, cell(roles, patch, cell));
    }
    OverlayLegend.draw(canvas, roles, magnified.height(), magnified.width(), LEGEND_HEIGHT);
    return canvas.toImage();
  }

  /**
   * Writes the drawing as PNG; {@code file} appears whole or not at all.
   *
   * @throws ImageException if it cannot be drawn or written
   */
  public static void write(
      Path file, RgbImage picture, ClipPreprocessing preprocessing, PatchRoles roles) {
    PngFile.write(draw(picture, preprocessing, roles), file);
  }

  private static void paint(PixelCanvas canvas, PatchRoles roles, int patch, Window cell) {
    switch (roles.role(patch)) {
      case MERGED -> {
        int colour = OverlayPalette.colour(roles.groupOf(patch));
        canvas.recolour(
            cell, pixel -> OverlayPalette.mix(OverlayPalette.grey(pixel), colour, TINT));
      }
      case DROPPED ->
          canvas.recolour(
              cell, pixel -> OverlayPalette.mix(OverlayPalette.grey(pixel), NEAR_BLACK, DIM));
      case KEPT, TARGET -> {}
    }
  }

  private static void outline(PixelCanvas canvas, PatchRoles roles, int patch, Window cell) {
    int stroke = Math.max(1, cell.width() / 14);
    Role role = roles.role(patch);
    if (role == Role.KEPT) {
      canvas.frame(cell, stroke, WHITE);
    } else if (role == Role.TARGET) {
      int group = roles.groupOf(patch);
      canvas.frame(cell, 2 * stroke, OverlayPalette.colour(group));
      label(canvas, cell, Integer.toString(group + 1), stroke);
    }
  }

  /** The number of a target, white on a dark plate; left out where it does not fit. */
  private static void label(PixelCanvas canvas, Window cell, String text, int size) {
    int width = PixelFont.width(text, size);
    int height = PixelFont.HEIGHT * size;
    if (width + 2 * size > cell.width() || height + 2 * size > cell.height()) {
      return;
    }
    int left = cell.left() + (cell.width() - width) / 2;
    int top = cell.top() + (cell.height() - height) / 2;
    canvas.fill(
        new Window(left - size, top - size, width + 2 * size, height + 2 * size), NEAR_BLACK);
    PixelFont.draw(canvas, text, left, top, size, WHITE);
  }

  private static Window cell(PatchRoles roles, int patch, int side) {
    int column = patch % roles.gridSide();
    int row = patch / roles.gridSide();
    return new Window(column * side, row * side, side, side);
  }

  private static void requireFit(ClipGeometry view, PatchRoles roles) {
    long side = (long) roles.gridSide() * roles.patchSize();
    if (side > view.viewWidth() || side > view.viewHeight()) {
      throw new ImageException(
          String.format(
              "Expected a view of at least %dx%d pixels for %d patches of %d a side, but got %dx%d.",
              side,
              side,
              roles.gridSide(),
              roles.patchSize(),
              view.viewWidth(),
              view.viewHeight()));
    }
  }

  private static int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
  }
}
