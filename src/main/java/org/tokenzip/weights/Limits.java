// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

/**
 * Bounds for sizes in a configuration: far above any model, low enough that a damaged file is
 * refused before anything is computed or allocated from it.
 */
final class Limits {
  static final int WIDTH = 1 << 20;
  static final int LAYERS = 1 << 10;
  static final int VOCABULARY = 1 << 24;

  /** Up to here every position is a number in fp32, in which rotary angles are computed. */
  static final int POSITIONS = 1 << 24;

  static final int IMAGE_SIDE = 1 << 14;

  private Limits() {}
}
