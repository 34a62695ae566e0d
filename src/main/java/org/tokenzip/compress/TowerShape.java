// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

/**
 * What a method has to know of a vision tower to plan.
 *
 * @param layers that run
 * @param side patches along a side of a view
 * @param hasCls whether position 0 is a CLS token
 */
public record TowerShape(int layers, int side, boolean hasCls) {
  /** The same tower, looking at views of another size. */
  public TowerShape withSide(int other) {
    return new TowerShape(layers, other, hasCls);
  }

  /** Patches of a view. */
  public int patches() {
    return side * side;
  }

  /** Positions of the sequence, CLS included. */
  public int positions() {
    return patches() + (hasCls ? 1 : 0);
  }
}
