// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tokenzip.testing.FixtureFolders.elements;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tokenzip.compress.Budget;
import org.tokenzip.compress.Compressors;
import org.tokenzip.compress.DecoderShape;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.compress.Settings;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.compress.TowerReduction;
import org.tokenzip.compress.TowerShape;
import org.tokenzip.compress.VisionFeatures;
import org.tokenzip.compress.VisualBatch;
import org.tokenzip.compress.VisualSequence;
import org.tokenzip.image.CutPicture;
import org.tokenzip.image.ImageDecoder;
import org.tokenzip.image.Orientation;
import org.tokenzip.image.PicturePreprocessor;
import org.tokenzip.image.PixelValues;
import org.tokenzip.image.RgbImage;
import org.tokenzip.model.LlavaFixture;
import org.tokenzip.model.LlavaModel;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.NoLeaks;

/** Methods that know no prompt, on one view and on crops, with the tower of every family. */
@ExtendWith(NoLeaks.class)
class PlainMethodsFixtureTest {
  private static final String FOLDERS = "org.tokenzip.testing.FixtureFolders#checkpoints";
  private static final List<String> BASELINES =
      List.of("random", "stride", "average-pool", "downsample");

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void aBudgetOfAllPatchesGivesTheUncompressedTokensBitForBit(Path folder) {
    try (LlavaFixture fixture = LlavaFixture.open(folder);
        LlavaModel model = fixture.load(DType.FP32)) {
      PicturePreprocessor preprocessor = PictureFiles.preprocessor(folder, model.config());
      TowerShape tower = model.tower().shape();
      List<String> inTower =
          tower.hasCls() ? List.of("ficoco-v", "tome", "evit") : List.of("ficoco-v", "tome");
      try (TensorScope scope = new TensorScope()) {
        CutPicture picture = preprocessor.apply(picture(fixture));
        float[] plain = values(encode(model, picture, new NoCompression()));
        for (String name : Stream.concat(inTower.stream(), BASELINES.stream()).toList()) {
          VisualSequence all = encode(model, picture, method(name, tower.patches(), tower));
          assertThat(values(all)).as(name).isEqualTo(plain);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void baselinesServeEveryLayout(Path folder) {
    try (LlavaFixture fixture = LlavaFixture.open(folder);
        LlavaModel model = fixture.load(DType.FP32)) {
      PicturePreprocessor preprocessor = PictureFiles.preprocessor(folder, model.config());
      TowerShape tower = model.tower().shape();
      try (TensorScope scope = new TensorScope()) {
        CutPicture picture = preprocessor.apply(picture(fixture));
        int views = picture.views().size();
        for (String name : BASELINES) {
          VisualSequence half = encode(model, picture, method(name, tower.patches() / 2, tower));
          assertThat(half.provenance().outputTokens())
              .as(name)
              .isEqualTo(views * tower.patches() / 2);
          VisualSequence quarter = encode(model, picture, method(name, tower.patches() / 4, tower));
          assertThat(quarter.provenance().outputTokens())
              .as(name)
              .isLessThan(half.provenance().outputTokens());
          assertThat(values(quarter)).doesNotContain(Float.NaN);
        }
      }
    }
  }

  private static TokenCompressor method(String name, int keep, TowerShape tower) {
    return Compressors.byName(name)
        .make(new Budget(keep, tower, new DecoderShape(6)), Settings.none());
  }

  private static VisualSequence encode(
      LlavaModel model, CutPicture picture, TokenCompressor method) {
    try (TowerReduction inTower = method.insideTower(model.tower().shape())) {
      VisionFeatures features = model.tower().forward(pixels(picture.views()), inTower);
      VisualBatch.Picture laidOut =
          new VisualBatch.Picture(
              0, model.layout(picture, model.config().vision().gridSide()), null);
      return method
          .betweenTowerAndDecoder(
              new VisualBatch(features, inTower, List.of(laidOut), model.projector()::forward))
          .get(0);
    }
  }

  private static Tensor pixels(List<PixelValues> views) {
    Tensor[] parts =
        views.stream()
            .map(view -> Tensors.of(view.values(), 1, 3, view.height(), view.width()))
            .toArray(Tensor[]::new);
    return Tensors.concat(0, parts);
  }

  private static float[] values(VisualSequence sequence) {
    return Tensors.toFloatArray(sequence.tokens());
  }

  /** The first picture of the first case. */
  private static RgbImage picture(LlavaFixture fixture) {
    JsonNode images = elements(fixture.expected("cases")).findFirst().orElseThrow().get("images");
    return ImageDecoder.decode(fixture.picture(images.get(0).asText()), Orientation.IGNORE);
  }
}
