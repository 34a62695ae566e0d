// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval.scene;

import java.util.Locale;

/** Where in the picture an object's centre lies: one cell of three by three. */
public enum Place {
  TOP_LEFT,
  TOP,
  TOP_RIGHT,
  LEFT,
  CENTER,
  RIGHT,
  BOTTOM_LEFT,
  BOTTOM,
  BOTTOM_RIGHT;

  /** The cell of a point, in units of {@link SceneObject}. */
  static Place of(int x, int y) {
    return values()[3 * (y * 3 / SceneObject.FIELD) + x * 3 / SceneObject.FIELD];
  }

  /** How far the point is from the nearest line between cells. */
  static double margin(int x, int y) {
    return Math.min(margin(x), margin(y));
  }

  private static double margin(int value) {
    double third = SceneObject.FIELD / 3.0;
    return Math.min(Math.abs(value - third), Math.abs(value - 2 * third));
  }

  /** Its English name. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
