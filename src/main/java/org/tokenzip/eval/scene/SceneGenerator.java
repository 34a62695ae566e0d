// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval.scene;

/**
 * Scenes without end: one to four objects of {@link Shape} and {@link Colour} on a dark or light
 * background. Equal seeds and sides give equal scenes. For one thread.
 */
public final class SceneGenerator {
  private final SceneRandom random;
  private final int side;

  /**
   * A generator of pictures {@code side} pixels a side.
   *
   * @throws IllegalArgumentException if the side is below 56, where small objects blur
   */
  public SceneGenerator(long seed, int side) {
    if (side < 56) {
      throw new IllegalArgumentException("side: expected 56 or more pixels, got " + side);
    }
    random = new SceneRandom(seed);
    this.side = side;
  }

  /** The next scene. */
  public Scene next() {
    return ScenePainter.paint(ObjectSampler.sample(random), random, side);
  }
}
