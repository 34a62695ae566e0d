// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.compress.PictureLayout;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.compress.TowerReduction;
import org.tokenzip.compress.VisionFeatures;
import org.tokenzip.compress.VisualBatch;
import org.tokenzip.compress.VisualSequence;
import org.tokenzip.image.ClipPreprocessing;
import org.tokenzip.image.ClipPreprocessor;
import org.tokenzip.image.CropSize;
import org.tokenzip.image.PixelValues;
import org.tokenzip.image.RgbImage;
import org.tokenzip.model.ClipFrames;
import org.tokenzip.model.LlavaModel;
import org.tokenzip.model.SingleView;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.weights.CheckpointException;
import org.tokenzip.weights.FeatureSelect;
import org.tokenzip.weights.VisionConfig;

/**
 * Pictures and clips to projected visual tokens: preprocess, tower, select and merge, project.
 * Thread-safe.
 */
final class ImageEncoder {
  private final LlavaModel model;
  private final ClipPreprocessor preprocessor;
  private final int side;
  private final int patches;

  ImageEncoder(LlavaModel model, ClipPreprocessing preprocessing) {
    VisionConfig vision = model.config().vision();
    if (model.config().anyres() != null) {
      throw new CheckpointException(
          "config.json: model_type: expected one whose pictures are a single view, got "
              + model.config().family().modelType());
    }
    if (model.config().select() != FeatureSelect.DEFAULT) {
      throw new CheckpointException(
          "config.json: vision_feature_select_strategy: expected \"default\" for a CLIP tower,"
              + " got \"full\"");
    }
    this.model = model;
    preprocessor = new ClipPreprocessor(preprocessing);
    side = vision.imageSize();
    patches = vision.patches();
    requireSide(preprocessing);
  }

  int patches() {
    return patches;
  }

  ClipPreprocessing preprocessing() {
    return preprocessor.options();
  }

  /**
   * A picture or a clip with the question it is shown for.
   *
   * @param question what a method that reads the prompt goes by
   */
  record Shown(Visual visual, String question) {}

  /** Encodes pictures and clips in one batch; the caller closes the results. */
  List<VisualTokens> encode(
      List<Shown> visuals, TokenCompressor compressor, StageTimings.Clock clock) {
    compressor.requireFits(patches + 1L);
    clock.start();
    List<RgbImage> views =
        visuals.stream().flatMap(shown -> shown.visual().frames().stream()).toList();
    float[] pixels = pixels(views);
    clock.end(Stage.PREPROCESS);
    try (TensorScope scope = new TensorScope();
        TowerReduction inTower = compressor.insideTower(model.tower().shape())) {
      VisionFeatures features =
          model.tower().forward(Tensors.of(pixels, views.size(), 3, side, side), inTower);
      clock.end(Stage.VISION_TOWER);
      List<VisualBatch.Picture> laidOut = new ArrayList<>();
      int view = 0;
      for (Shown shown : visuals) {
        PictureLayout layout = layout(shown.visual());
        laidOut.add(new VisualBatch.Picture(view, layout, null));
        view += layout.views();
      }
      List<VisualSequence> sequences =
          compressor.betweenTowerAndDecoder(
              new VisualBatch(features, inTower, laidOut, tokens -> project(tokens, clock)));
      clock.end(Stage.SELECT_MERGE);
      List<VisualTokens> encoded = new ArrayList<>();
      for (int i = 0; i < sequences.size(); i++) {
        VisualSequence sequence = sequences.get(i);
        // A copy, so that one picture of many does not keep the memory of all.
        Tensor own = sequences.size() == 1 ? sequence.tokens() : sequence.tokens().clone();
        int before = patches * laidOut.get(i).layout().views();
        encoded.add(new VisualTokens(TensorScope.own(own), before, sequence.provenance()));
      }
      return encoded;
    }
  }

  private PictureLayout layout(Visual visual) {
    int cells = model.tower().shape().side();
    return visual instanceof Visual.Clip clip
        ? new ClipFrames(clip.frames().size(), cells)
        : new SingleView(cells);
  }

  private Tensor project(Tensor tokens, StageTimings.Clock clock) {
    clock.end(Stage.SELECT_MERGE);
    Tensor projected = model.projector().forward(tokens);
    clock.end(Stage.PROJECTOR);
    return projected;
  }

  private void requireSide(ClipPreprocessing preprocessing) {
    CropSize crop = preprocessing.crop();
    if (crop != null && (crop.width() != side || crop.height() != side)) {
      throw mismatch(crop.width(), crop.height());
    }
  }

  private float[] pixels(List<RgbImage> images) {
    int size = 3 * side * side;
    float[] pixels = new float[Math.multiplyExact(size, images.size())];
    for (int i = 0; i < images.size(); i++) {
      PixelValues values = preprocessor.apply(images.get(i));
      if (values.height() != side || values.width() != side) { // without a crop it varies
        throw mismatch(values.width(), values.height());
      }
      System.arraycopy(values.values(), 0, pixels, i * size, size);
    }
    return pixels;
  }

  private CheckpointException mismatch(int width, int height) {
    return new CheckpointException(
        String.format(
            "preprocessor_config.json: expected pictures of %d×%d pixels for the vision tower,"
                + " got %d×%d",
            side, side, width, height));
  }
}
