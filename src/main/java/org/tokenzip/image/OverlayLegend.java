// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.util.Locale;
import org.tokenzip.image.PatchRoles.Role;

/** The strip below an overlay: a sample of each role that occurs, and how many patches have it. */
final class OverlayLegend {
  private static final int TEXT_SIZE = 2;
  private static final int SWATCH = 18;
  private static final int GAP = 8;
  private static final int BETWEEN = 24;
  private static final int TEXT = 0xF2F2F2;
  private static final int FIELD = 0x7A8088;
  private static final int DARK = 0x303338;

  private OverlayLegend() {}

  /** Draws into the strip of {@code height} rows from row {@code top}. */
  static void draw(PixelCanvas canvas, PatchRoles roles, int top, int width, int height) {
    int left = BETWEEN / 2;
    for (Role role : Role.values()) {
      int count = roles.count(role);
      if (count == 0) {
        continue;
      }
      String text = count + " " + name(role, count);
      int end = left + SWATCH + GAP + PixelFont.width(text, TEXT_SIZE);
      if (end > width) {
        return;
      }
      swatch(canvas, role, new Window(left, top + (height - SWATCH) / 2, SWATCH, SWATCH));
      int textTop = top + (height - PixelFont.HEIGHT * TEXT_SIZE) / 2;
      PixelFont.draw(canvas, text, left + SWATCH + GAP, textTop, TEXT_SIZE, TEXT);
      left = end + BETWEEN;
    }
  }

  private static String name(Role role, int count) {
    String name = role.name().toUpperCase(Locale.ROOT);
    return role == Role.TARGET && count != 1 ? name + "S" : name;
  }

  private static void swatch(PixelCanvas canvas, Role role, Window area) {
    switch (role) {
      case KEPT -> {
        canvas.fill(area, FIELD);
        canvas.frame(area, 2, TEXT);
      }
      case TARGET -> {
        canvas.fill(area, FIELD);
        canvas.frame(area, 4, OverlayPalette.colour(0));
      }
      case MERGED -> {
        int third = area.width() / 3;
        for (int i = 0; i < 3; i++) {
          canvas.fill(
              new Window(area.left() + i * third, area.top(), third, area.height()),
              OverlayPalette.mix(FIELD, OverlayPalette.colour(i), 0.55));
        }
      }
      case DROPPED -> canvas.fill(area, DARK);
    }
  }
}
