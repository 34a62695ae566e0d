// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.PictureLayout;
import org.tokenzip.compress.PromptGuide;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.compress.TowerReduction;
import org.tokenzip.compress.TowerShape;
import org.tokenzip.compress.VisionFeatures;
import org.tokenzip.compress.VisualBatch;
import org.tokenzip.compress.VisualSequence;
import org.tokenzip.image.ClipPreprocessing;
import org.tokenzip.image.CropSize;
import org.tokenzip.image.CutPicture;
import org.tokenzip.image.PicturePreprocessor;
import org.tokenzip.image.PixelValues;
import org.tokenzip.image.ResizeTarget;
import org.tokenzip.image.RgbImage;
import org.tokenzip.model.LlavaModel;
import org.tokenzip.model.vision.HighResolution;
import org.tokenzip.model.vision.VisionTower;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.weights.CheckpointException;
import org.tokenzip.weights.HighResolutionConfig;
import org.tokenzip.weights.VisionConfig;

/**
 * Pictures and clips to projected visual tokens: preprocess, tower, select and merge, project.
 * Thread-safe.
 */
final class ImageEncoder {
  /**
   * Views that go through the vision tower together, since its activations are the largest; the
   * views of one picture or clip are not divided, nor are the pictures of one prompt if the method
   * reads it.
   */
  private static final int TOWER_BATCH = 8;

  private final LlavaModel model;
  private final PicturePreprocessor preprocessor;
  private final PromptGuides guides;
  private final int side;

  ImageEncoder(LlavaModel model, PicturePreprocessor preprocessor, PromptGuides guides) {
    this.model = model;
    this.preprocessor = preprocessor;
    this.guides = guides;
    HighResolutionConfig fine = model.config().highResolution();
    side = fine == null ? model.config().vision().imageSize() : fine.imageSize();
  }

  int patches() {
    return model.config().vision().patches();
  }

  /** How a whole picture, {@link #padded}, becomes what the vision tower sees. */
  ClipPreprocessing preprocessing() {
    int seen = model.config().vision().imageSize();
    return seen == side
        ? preprocessor.whole()
        : preprocessor
            .whole()
            .withResize(new ResizeTarget.ShortestEdge(seen))
            .withCrop(new CropSize(seen, seen));
  }

  RgbImage padded(RgbImage picture) {
    return preprocessor.padded(picture);
  }

  /**
   * A picture or a clip with the question it is shown for.
   *
   * @param question what a method that reads the prompt goes by
   * @param prompt number of the prompt, which pictures that follow each other may share
   */
  record Shown(Visual visual, String question, int prompt) {}

  /**
   * A picture or a clip that is ready for the tower.
   *
   * @param views of the tower, or pictures and frames in high resolution that it gets its views of
   */
  private record Prepared(
      Shown shown,
      VisionTower tower,
      List<PixelValues> views,
      PictureLayout layout,
      int uncompressedTokens) {}

  /** Encodes pictures and clips, several in one batch; the caller closes the results. */
  List<VisualTokens> encode(
      List<Shown> visuals, TokenCompressor compressor, StageTimings.Clock clock) {
    compressor.requireFits(model.config().vision().positions());
    List<VisualTokens> encoded = new ArrayList<>();
    try {
      List<Prepared> batch = new ArrayList<>();
      int views = 0;
      for (Shown shown : visuals) {
        clock.start();
        Prepared picture = prepare(shown, compressor);
        clock.end(Stage.PREPROCESS);
        if (views > 0 && !fits(picture, batch, views, compressor)) {
          encoded.addAll(encodeBatch(batch, compressor, clock));
          batch.clear();
          views = 0;
        }
        batch.add(picture);
        views += picture.layout.views();
      }
      encoded.addAll(encodeBatch(batch, compressor, clock));
      return encoded;
    } catch (RuntimeException e) {
      encoded.forEach(VisualTokens::close);
      throw e;
    }
  }

  /** Whether {@code picture} goes through the tower with those of {@code batch}. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean fits(
      Prepared picture, List<Prepared> batch, int views, TokenCompressor compressor) {
    Prepared last = batch.get(batch.size() - 1);
    boolean samePrompt = last.shown.prompt() == picture.shown.prompt();
    return last.tower == picture.tower
        && (views + picture.layout.views() <= TOWER_BATCH
            || (compressor.readsPrompt() && samePrompt));
  }

  private List<VisualTokens> encodeBatch(
      List<Prepared> pictures, TokenCompressor compressor, StageTimings.Clock clock) {
    List<@Nullable PromptGuide> guiding = guides(pictures, compressor);
    VisionTower tower = pictures.get(0).tower;
    clock.start();
    try (TensorScope scope = new TensorScope();
        TowerReduction inTower = compressor.insideTower(seen(tower, compressor))) {
      FineViews fine = fine(pictures);
      Tensor pixels =
          fine == null
              ? pixels(
                  pictures.stream().flatMap(p -> p.views.stream()).toList(),
                  pixelSide(seen(tower, compressor).side()))
              : fine.reduced();
      clock.end(Stage.PREPROCESS);
      VisionFeatures features = tower.forward(pixels, inTower);
      Tensor tokens =
          fine != null && inTower == null ? fine.addedToAll(features.hidden()) : features.hidden();
      clock.end(Stage.VISION_TOWER);
      List<VisualBatch.Picture> laidOut = new ArrayList<>();
      int view = 0;
      for (int i = 0; i < pictures.size(); i++) {
        Prepared picture = pictures.get(i);
        laidOut.add(new VisualBatch.Picture(view, picture.layout, guiding.get(i)));
        view += picture.layout.views();
      }
      List<VisualSequence> sequences =
          compressor.betweenTowerAndDecoder(
              new VisualBatch(
                  features,
                  tokens,
                  fine == null || inTower == null ? inTower : new FineReduction(inTower, fine),
                  laidOut,
                  chosen -> project(chosen, clock)));
      clock.end(Stage.SELECT_MERGE);
      List<VisualTokens> encoded = new ArrayList<>();
      for (int i = 0; i < sequences.size(); i++) {
        VisualSequence sequence = sequences.get(i);
        // A copy, so that one picture of many does not keep the memory of all.
        Tensor own = sequences.size() == 1 ? sequence.tokens() : sequence.tokens().clone();
        int before = pictures.get(i).uncompressedTokens;
        encoded.add(new VisualTokens(TensorScope.own(own), before, sequence.provenance()));
      }
      return encoded;
    }
  }

  /** The pictures for the second tower of a model that has one; null for any other. */
  private @Nullable FineViews fine(List<Prepared> pictures) {
    HighResolution second = model.highResolution();
    if (second == null) {
      return null;
    }
    FineViews fine = new FineViews(second);
    for (Prepared picture : pictures) {
      for (PixelValues values : picture.views) {
        fine.add(pixels(List.of(values), side), picture.layout.views() / picture.views.size());
      }
    }
    return fine;
  }

  private Prepared prepare(Shown shown, TokenCompressor compressor) {
    VisionConfig vision = model.config().vision();
    boolean clip = shown.visual() instanceof Visual.Clip;
    VisionTower tower = clip ? model.clipTower() : model.tower();
    int whole = vision.gridSide();
    int seen = seen(tower, compressor).side();
    PicturePreprocessor fitting =
        seen == whole ? preprocessor : preprocessor.shrunk(side, pixelSide(seen));
    if (clip) {
      List<PixelValues> views = shown.visual().frames().stream().map(fitting::frame).toList();
      PictureLayout layout = model.clipLayout(views.size(), seen);
      int before = model.clipLayout(views.size(), whole).uncompressedTokens();
      return new Prepared(shown, tower, views, layout, before);
    }
    CutPicture picture = fitting.apply(shown.visual().frames().get(0));
    int before = model.layout(picture, whole).uncompressedTokens();
    return new Prepared(shown, tower, picture.views(), model.layout(picture, seen), before);
  }

  /** The tower as a method has it look at views. */
  private TowerShape seen(VisionTower tower, TokenCompressor compressor) {
    TowerShape own = tower.shape();
    int side = compressor.inputSide(own);
    if (side < 1 || side > own.side()) {
      throw new IllegalArgumentException(
          compressor.name()
              + ": expected a side of 1 to "
              + own.side()
              + " patches for the vision tower, got "
              + side);
    }
    if (side != own.side() && model.highResolution() != null) {
      throw new UnsupportedOperationException(
          compressor.name()
              + ": expected a model of one vision tower, got one whose second tower looks at the"
              + " cells of the first one's full grid");
    }
    return own.withSide(side);
  }

  /** One guide for each prompt, at every picture of it; none for a method that asks for none. */
  private List<@Nullable PromptGuide> guides(List<Prepared> pictures, TokenCompressor compressor) {
    List<@Nullable PromptGuide> guiding = new ArrayList<>();
    Map<Integer, PromptGuide> ofPrompt = new HashMap<>();
    for (Prepared picture : pictures) {
      Shown shown = picture.shown;
      guiding.add(
          compressor.readsPrompt()
              ? ofPrompt.computeIfAbsent(
                  shown.prompt(), prompt -> guides.of(picture.tower, shown.question(), compressor))
              : null);
    }
    return guiding;
  }

  private Tensor project(Tensor tokens, StageTimings.Clock clock) {
    clock.end(Stage.SELECT_MERGE);
    Tensor projected = model.projector().forward(tokens);
    clock.end(Stage.PROJECTOR);
    return projected;
  }

  /** Pixels along a side of views of so many patches a side. */
  private int pixelSide(int patches) {
    VisionConfig vision = model.config().vision();
    return patches == vision.gridSide() ? side : patches * vision.patchSize();
  }

  /** All views in one tensor [ΣV, 3, wanted, wanted]. */
  private Tensor pixels(List<PixelValues> views, int wanted) {
    int size = 3 * wanted * wanted;
    float[] pixels = new float[Math.multiplyExact(size, views.size())];
    for (int i = 0; i < views.size(); i++) {
      PixelValues values = views.get(i);
      if (values.height() != wanted || values.width() != wanted) { // without a crop it varies
        throw mismatch(side, values.width(), values.height());
      }
      System.arraycopy(values.values(), 0, pixels, i * size, size);
    }
    return Tensors.of(pixels, views.size(), 3, wanted, wanted);
  }

  static CheckpointException mismatch(int side, int width, int height) {
    return new CheckpointException(
        String.format(
            "preprocessor_config.json: expected pictures of %d×%d pixels for the vision tower,"
                + " got %d×%d",
            side, side, width, height));
  }
}
