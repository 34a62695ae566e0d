// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.testing;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.OutputToken;
import org.tokenzip.compress.PictureLayout;
import org.tokenzip.compress.PromptGuide;
import org.tokenzip.compress.Provenance;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.compress.VisionFeatures;
import org.tokenzip.compress.VisualBatch;
import org.tokenzip.compress.VisualSequence;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.Tensors;

/** Pictures for methods on projected tokens, without a model: the tower's tokens are projected. */
public final class GuidedPictures {
  private GuidedPictures() {}

  /**
   * A question in the space of the patches.
   *
   * @param shared [V · N, P], the patches there; null for the projected tokens themselves
   * @param text [K, P]; the first row is also the pooled feature
   */
  public record Guide(
      boolean hasTextTower, @Nullable Tensor shared, Tensor text, float logitScale, int sign)
      implements PromptGuide {
    @Override
    public Tensor patches(Tensor hidden, Tensor projected) {
      return shared == null
          ? projected
          : shared.reshape(hidden.size(0), hidden.size(1), shared.size(1));
    }

    @Override
    public Tensor segments() {
      return text;
    }

    @Override
    public Tensor pooled(boolean extended) {
      return text.select(0, 0);
    }
  }

  /**
   * Views in a row, whatever their number of patches, with an embedding behind each.
   *
   * @param gridWidth positive for crops
   */
  public record Row(int views, int side, int patches, int gridWidth, @Nullable Tensor newline)
      implements PictureLayout {
    @Override
    public int gridHeight() {
      return gridWidth == 0 ? 0 : (views - 1) / gridWidth;
    }

    @Override
    public VisualSequence sequence(Tensor cells, int side, Provenance provenance) {
      if (newline == null) {
        return new VisualSequence(cells.flatten(0, 1), provenance);
      }
      int each = (int) cells.size(1);
      List<OutputToken> tokens = new ArrayList<>();
      for (int view = 0; view < views; view++) {
        tokens.addAll(provenance.tokens().subList(view * each, (view + 1) * each));
        tokens.add(OutputToken.newline());
      }
      Tensor ends = newline.expand(views, 1, -1);
      return new VisualSequence(
          Tensors.concat(1, cells, ends).flatten(0, 1), provenance.withTokens(tokens));
    }
  }

  /** One view of a square grid. */
  public static Row square(int side) {
    return new Row(1, side, side * side, 0, null);
  }

  /** One view of any number of patches. */
  public static Row line(int patches) {
    return new Row(1, patches, patches, 0, null);
  }

  /**
   * Runs the second hook.
   *
   * @param tokens [ΣV, N, E] in fp32
   * @param guides one for each picture, or none at all
   */
  public static List<VisualSequence> compress(
      TokenCompressor method,
      Tensor tokens,
      List<? extends PictureLayout> layouts,
      List<? extends PromptGuide> guides) {
    List<VisualBatch.Picture> pictures = new ArrayList<>();
    int view = 0;
    for (int i = 0; i < layouts.size(); i++) {
      PromptGuide guide = guides.isEmpty() ? null : guides.get(i);
      pictures.add(new VisualBatch.Picture(view, layouts.get(i), guide));
      view += layouts.get(i).views();
    }
    Tensor keys = Values.normal(1, DType.FP32, tokens.size(0), 1, tokens.size(1), 2);
    VisionFeatures features = new VisionFeatures(tokens, keys, keys, false);
    return method.betweenTowerAndDecoder(
        new VisualBatch(features, null, pictures, hidden -> hidden.clone()));
  }
}
