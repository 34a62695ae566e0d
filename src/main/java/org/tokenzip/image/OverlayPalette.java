// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

/**
 * Colours of merged groups: the seven of Okabe and Ito that colour-blind readers tell apart, then
 * the same seven lighter and darker. Groups beyond that repeat; their numbers do not.
 */
final class OverlayPalette {
  private static final int[] BASE = {
    0xE69F00, 0x56B4E9, 0x009E73, 0xF0E442, 0x0072B2, 0xD55E00, 0xCC79A7
  };
  private static final double SHADE = 0.45;

  private OverlayPalette() {}

  static int colour(int group) {
    int base = BASE[group % BASE.length];
    return switch (group / BASE.length % 3) {
      case 1 -> mix(base, 0xFFFFFF, SHADE);
      case 2 -> mix(base, 0x000000, SHADE);
      default -> base;
    };
  }

  /** {@code share} of {@code over}, the rest {@code under}. */
  static int mix(int under, int over, double share) {
    int mixed = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      double value = (under >> shift & 0xFF) * (1 - share) + (over >> shift & 0xFF) * share;
      mixed |= (int) Math.round(value) << shift;
    }
    return mixed;
  }

  /** Grey of the same brightness. */
  static int grey(int rgb) {
    int luma = (299 * (rgb >> 16 & 0xFF) + 587 * (rgb >> 8 & 0xFF) + 114 * (rgb & 0xFF)) / 1000;
    return luma * 0x010101;
  }
}
