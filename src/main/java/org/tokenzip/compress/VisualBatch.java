// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Pictures between the vision tower and the language model. Everything in it is borrowed.
 *
 * @param features of all views of all pictures, view after view
 * @param tokens [ΣV, S, D] what goes on to the language model: the features' hidden states or, in a
 *     model of two towers, these with what the other tower adds to each
 * @param inTower what acted inside the tower's layers; null if nothing did
 * @param pictures which views belong to which picture, in order and without gaps
 * @param projector from [.., D] to the language model's width [.., E]; the result is the caller's
 */
public record VisualBatch(
    VisionFeatures features,
    Tensor tokens,
    @Nullable TowerReduction inTower,
    List<Picture> pictures,
    UnaryOperator<Tensor> projector) {

  /**
   * One picture.
   *
   * @param firstView of the batch
   * @param layout how its views form a sequence
   * @param guide what its prompt's question says about it, the same object for all pictures of the
   *     prompt; null where no method asks
   */
  public record Picture(int firstView, PictureLayout layout, @Nullable PromptGuide guide) {}

  /** A batch of a model with one tower, whose hidden states go on as they are. */
  public VisualBatch(
      VisionFeatures features,
      @Nullable TowerReduction inTower,
      List<Picture> pictures,
      UnaryOperator<Tensor> projector) {
    this(features, features.hidden(), inTower, pictures, projector);
  }

  public VisualBatch {
    pictures = List.copyOf(pictures);
    int view = 0;
    for (Picture picture : pictures) {
      if (picture.firstView() != view) {
        throw new IllegalArgumentException(
            "firstView: expected " + view + ", got " + picture.firstView());
      }
      view += picture.layout().views();
      if (picture.layout().keepsCls() != pictures.get(0).layout().keepsCls()) {
        throw new IllegalArgumentException(
            "layout: expected all pictures of a batch with a class token or none, got both");
      }
    }
    if (view != features.images()) {
      throw new IllegalArgumentException(
          "features: expected " + view + " views, got " + features.images());
    }
  }

  /** The rows of {@code perView} [ΣV, ..] that belong to {@code picture}: a view. */
  public static Tensor of(Picture picture, Tensor perView) {
    return perView.narrow(0, picture.firstView(), picture.layout().views());
  }

  /** The pictures of each prompt; one without a guide is a prompt of its own. */
  @SuppressWarnings("ReferenceEquality") // equal questions about different pictures are two
  public List<List<Picture>> prompts() {
    List<List<Picture>> prompts = new ArrayList<>();
    @Nullable PromptGuide last = null;
    for (Picture picture : pictures) {
      if (picture.guide() == null || picture.guide() != last) {
        prompts.add(new ArrayList<>());
      }
      prompts.get(prompts.size() - 1).add(picture);
      last = picture.guide();
    }
    return prompts;
  }

  /** Patch tokens of all views, without CLS: a view [ΣV, N, D]. */
  public Tensor patches() {
    return tokens.narrow(1, features.hasCls() ? 1 : 0, features.patches());
  }
}
