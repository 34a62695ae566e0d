// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.PictureLayout;
import org.tokenzip.compress.Provenance;
import org.tokenzip.compress.VisualSequence;

/**
 * A clip whose every frame is a view: their tokens follow one another in order of time with nothing
 * between them (METHODS 3.4), as Video-LLaVA has it and models made for pictures can take it.
 *
 * @param views number of frames
 * @param side patches along a side of a frame
 * @param keepsCls whether the model takes the class token in front of every frame's patches
 */
public record ClipFrames(int views, int side, boolean keepsCls) implements PictureLayout {
  @Override
  public int gridWidth() {
    return 0;
  }

  @Override
  public int gridHeight() {
    return 0;
  }

  @Override
  public @Nullable Tensor newline() {
    return null;
  }

  @Override
  public VisualSequence sequence(Tensor cells, int side, Provenance provenance) {
    return new VisualSequence(cells.flatten(0, 1), provenance);
  }
}
