// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval.scene;

import java.util.ArrayList;
import java.util.List;

/** Draws the lots for what is in a scene. */
final class ObjectSampler {
  private static final int MOST_TRIES = 400;
  private static final int STEP_DEGREES = 6;

  private ObjectSampler() {}

  /** One to four objects that neither touch nor share both shape and colour. */
  static List<SceneObject> sample(SceneRandom random) {
    int count = 1 + random.weighted(0.14, 0.24, 0.31, 0.31);
    // Fewer shapes or colours to choose from make repeats likely, without which counting is idle.
    List<Shape> shapes = narrowed(random, List.of(Shape.values()), 0.25, 0.2);
    List<Colour> colours = narrowed(random, List.of(Colour.values()), 0.15, 0.2);
    List<SceneObject> objects = new ArrayList<>();
    for (int tries = 0; objects.size() < count && tries < MOST_TRIES; tries++) {
      SceneObject candidate = candidate(random, random.pick(shapes), random.pick(colours));
      if (objects.stream().noneMatch(other -> conflict(candidate, other))) {
        objects.add(candidate);
      }
    }
    return objects;
  }

  /** Two, three or all of them. */
  private static <T> List<T> narrowed(SceneRandom random, List<T> all, double two, double three) {
    int count = new int[] {2, 3, all.size()}[random.weighted(two, three, 1 - two - three)];
    return random.sample(all, count);
  }

  private static SceneObject candidate(SceneRandom random, Shape shape, Colour colour) {
    Size size = random.chance(0.45) ? Size.LARGE : Size.SMALL;
    int radius = size.radius(random);
    int room = SceneObject.FIELD - 2 * (radius + 3);
    int x = radius + 3 + random.below(room);
    int y = radius + 3 + random.below(room);
    int degrees = STEP_DEGREES * (random.below(5) - 2);
    return new SceneObject(shape, colour, size, radius, x, y, degrees);
  }

  private static boolean conflict(SceneObject one, SceneObject other) {
    if (one.shape() == other.shape() && one.colour() == other.colour()) {
      return true;
    }
    double apart = 1.12 * (one.radius() + other.radius()) + 5;
    int dx = one.x() - other.x();
    int dy = one.y() - other.y();
    return dx * dx + dy * dy < apart * apart;
  }
}
