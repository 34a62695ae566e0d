// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

/**
 * The second eye of Mini-Gemini (arXiv 2403.18814): a ConvNeXt that looks at the picture in a
 * higher resolution, and whose map each patch of the vision tower mines for details.
 *
 * @param tower the ConvNeXt
 * @param imageSize side of its square input in pixels
 * @param grid 1, or 2 for models (HD) whose vision tower sees the whole picture and two by two
 *     crops
 * @param padsToSquare whether pictures are padded to a square before they are resized; otherwise
 *     their centre is cut out
 * @param visionFolder where the vision tower comes from
 * @param towerFolder where the ConvNeXt comes from
 */
public record HighResolutionConfig(
    ConvNextConfig tower,
    int imageSize,
    int grid,
    boolean padsToSquare,
    TowerFolder visionFolder,
    TowerFolder towerFolder) {
  /** Views of a picture that the vision tower sees: the whole and, where there are any, crops. */
  public int views() {
    return grid == 1 ? 1 : 1 + grid * grid;
  }

  /** Cells along a side of the ConvNeXt's map. */
  public int mapSide() {
    return imageSize / ConvNextConfig.STEM;
  }
}
