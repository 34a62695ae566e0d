// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval.scene;

/** One of four directions in a picture. */
enum Direction {
  LEFT("left-most", "to the left of"),
  RIGHT("right-most", "to the right of"),
  TOP("top-most", "above"),
  BOTTOM("bottom-most", "below");

  /** Below this distance between centres nobody would say that one lies further that way. */
  static final int CLEARLY = 14;

  private final String superlative;
  private final String relation;

  Direction(String superlative, String relation) {
    this.superlative = superlative;
    this.relation = relation;
  }

  String superlative() {
    return superlative;
  }

  String relation() {
    return relation;
  }

  /** How far the object lies in this direction. */
  int reach(SceneObject object) {
    return switch (this) {
      case LEFT -> -object.x();
      case RIGHT -> object.x();
      case TOP -> -object.y();
      case BOTTOM -> object.y();
    };
  }
}
