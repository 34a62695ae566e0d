// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval.scene;

/**
 * What a shape covers, in units of its radius: x to the right, y downwards, the centre at the
 * origin.
 */
interface Outline {
  /** Whether the point is covered. */
  boolean covers(double x, double y);

  /** A disc around the origin with a concentric hole; 0 for none. */
  static Outline disc(double radius, double hole) {
    return (x, y) -> {
      double square = x * x + y * y;
      return square <= radius * radius && square >= hole * hole;
    };
  }

  /** A closed polygon through x0, y0, x1, y1 …; what is covered follows the even-odd rule. */
  static Outline polygon(double... corners) {
    return (x, y) -> {
      boolean inside = false;
      int n = corners.length;
      for (int i = 0; i < n; i += 2) {
        double x0 = corners[i];
        double y0 = corners[i + 1];
        double x1 = corners[(i + 2) % n];
        double y1 = corners[(i + 3) % n];
        if ((y0 > y) != (y1 > y) && x < x0 + (y - y0) / (y1 - y0) * (x1 - x0)) {
          inside = !inside;
        }
      }
      return inside;
    };
  }

  /** A five-pointed star, one point upwards. */
  static Outline star(double outer, double inner) {
    double[] corners = new double[20];
    for (int k = 0; k < 10; k++) {
      double angle = k * Math.PI / 5 - Math.PI / 2;
      double radius = k % 2 == 0 ? outer : inner;
      corners[2 * k] = radius * StrictMath.cos(angle);
      corners[2 * k + 1] = radius * StrictMath.sin(angle);
    }
    return polygon(corners);
  }

  /** A Greek cross that reaches 1 in each direction, its arms twice {@code half} wide. */
  static Outline cross(double half) {
    return (x, y) -> {
      double least = Math.min(Math.abs(x), Math.abs(y));
      return least <= half && Math.max(Math.abs(x), Math.abs(y)) <= 1;
    };
  }

  /** The heart of the well-known sine and cosine series, scaled to the unit square. */
  static Outline heart() {
    int points = 60;
    double[] corners = new double[2 * points];
    for (int k = 0; k < points; k++) {
      double angle = 2 * Math.PI * k / points;
      double sine = StrictMath.sin(angle);
      double height =
          13 * StrictMath.cos(angle)
              - 5 * StrictMath.cos(2 * angle)
              - 2 * StrictMath.cos(3 * angle)
              - StrictMath.cos(4 * angle);
      corners[2 * k] = 16 * sine * sine * sine / 16.5;
      corners[2 * k + 1] = (-height - 2.5) / 15.5;
    }
    return polygon(corners);
  }
}
