// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval.scene;

import java.util.Locale;

/** What an object can look like. */
public enum Shape {
  CIRCLE(Outline.disc(1, 0)),
  SQUARE(Outline.polygon(-0.86, -0.86, 0.86, -0.86, 0.86, 0.86, -0.86, 0.86)),
  TRIANGLE(Outline.polygon(0, -0.95, 0.98, 0.8, -0.98, 0.8)),
  STAR(Outline.star(1.05, 0.45)),
  RING(Outline.disc(1, 0.52)),
  CROSS(Outline.cross(0.31)),
  HEART(Outline.heart()),
  DIAMOND(Outline.polygon(0, -1, 0.72, 0, 0, 1, -0.72, 0));

  @SuppressWarnings("ImmutableEnumChecker") // a function without state
  private final Outline outline;

  Shape(Outline outline) {
    this.outline = outline;
  }

  Outline outline() {
    return outline;
  }

  /** Its English name. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its name in the plural. */
  String plural() {
    return word() + (this == CROSS ? "es" : "s");
  }
}
