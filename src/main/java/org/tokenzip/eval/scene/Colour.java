// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval.scene;

import java.util.Locale;

/** What colour an object can have, before the small variation every object gets. */
public enum Colour {
  RED(222, 38, 38),
  GREEN(38, 168, 62),
  BLUE(42, 72, 224),
  YELLOW(244, 220, 40),
  ORANGE(246, 138, 26),
  PURPLE(128, 48, 172),
  PINK(248, 130, 192),
  CYAN(44, 208, 216);

  private final int red;
  private final int green;
  private final int blue;

  Colour(int red, int green, int blue) {
    this.red = red;
    this.green = green;
    this.blue = blue;
  }

  /** Its English name. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Sample 0 (red), 1 (green) or 2 (blue), 0 to 255. */
  int sample(int channel) {
    return channel == 0 ? red : channel == 1 ? green : blue;
  }
}
