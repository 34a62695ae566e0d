// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.compress.CompressedLayout;
import org.tokenzip.compress.OutputToken;
import org.tokenzip.compress.PictureLayout;
import org.tokenzip.compress.Provenance;
import org.tokenzip.compress.VisualSequence;
import org.tokenzip.tensor.TensorScope;

/**
 * LLaVA-OneVision's order of a clip: every frame's map scaled to half its sides, rounded up, the
 * frames one after another, one newline at the very end. Frames that a method has pooled already
 * are not scaled again.
 *
 * @param views frames
 * @param side patches along a side of a frame
 * @param newline [E], borrowed
 */
public record PooledFrames(int views, int side, Tensor newline) implements PictureLayout {
  @Override
  public int gridWidth() {
    return 0;
  }

  @Override
  public int gridHeight() {
    return 0;
  }

  @Override
  public int uncompressedTokens() {
    BilinearScaling scaling = scaling(side);
    return views * scaling.newHeight() * scaling.newWidth() + 1;
  }

  @Override
  public VisualSequence sequence(Tensor cells, int side, Provenance provenance) {
    BilinearScaling scaling = scaling(side);
    int frames = provenance.outputTokens() / (side * side);
    Provenance scaled =
        provenance.withTokens(
            frames * scaling.newHeight() * scaling.newWidth(),
            tokens -> scaled(tokens, scaling, side * side));
    try (Tensor pooled = TensorScope.compute(() -> scaling.apply(cells).flatten(0, 1))) {
      return CompressedLayout.withNewline(pooled, scaled, newline);
    }
  }

  private static List<OutputToken> scaled(
      List<OutputToken> tokens, BilinearScaling scaling, int perFrame) {
    List<OutputToken> scaled = new ArrayList<>();
    for (int at = 0; at < tokens.size(); at += perFrame) {
      scaled.addAll(scaling.tokens(tokens.subList(at, at + perFrame)));
    }
    return scaled;
  }

  private BilinearScaling scaling(int side) {
    int half = side == this.side ? (side + 1) / 2 : side;
    return new BilinearScaling(side, side, half, half);
  }
}
