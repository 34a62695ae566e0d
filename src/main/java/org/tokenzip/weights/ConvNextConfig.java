// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.util.List;

/**
 * A ConvNeXt (arXiv 2201.03545) of four stages, each but the first at half the resolution of the
 * one before; the first sees one cell for 4 by 4 pixels.
 *
 * @param depths blocks of each stage
 * @param widths channels of each stage
 * @param layerNormEps added to the variance
 */
public record ConvNextConfig(List<Integer> depths, List<Integer> widths, double layerNormEps) {
  /** Side in pixels of a cell of the first stage. */
  public static final int STEM = 4;

  /** Stages of every ConvNeXt. */
  public static final int STAGES = 4;

  /** Side of the smallest picture that leaves the last stage a cell. */
  public static final int SMALLEST_IMAGE = STEM << (STAGES - 1);

  public ConvNextConfig {
    depths = List.copyOf(depths);
    widths = List.copyOf(widths);
  }

  /** Channels of all stages together. */
  public int totalWidth() {
    return widths.stream().mapToInt(Integer::intValue).sum();
  }
}
