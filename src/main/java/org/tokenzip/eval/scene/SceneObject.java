// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval.scene;

/**
 * One object of a scene. Lengths are pixels of a picture {@value #FIELD} pixels a side; larger and
 * smaller pictures are scaled.
 *
 * @param radius half its width, roughly
 * @param x centre, from the left
 * @param y centre, from the top
 * @param degrees it is turned by, clockwise
 */
public record SceneObject(
    Shape shape, Colour colour, Size size, int radius, int x, int y, int degrees) {
  /** Side of a scene in the units of its objects. */
  public static final int FIELD = 224;

  /** Colour and shape, which no two objects of a scene share. */
  String name() {
    return colour.word() + " " + shape.word();
  }

  /** The cell it is in. */
  Place place() {
    return Place.of(x, y);
  }

  /** Whether it stands so far inside its cell that nobody would name another one. */
  boolean isClearlyPlaced() {
    return Place.margin(x, y) >= 9;
  }
}
