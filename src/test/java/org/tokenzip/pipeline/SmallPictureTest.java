// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.compress.OutputToken;
import org.tokenzip.compress.SmallPicture;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.compress.TowerShape;
import org.tokenzip.image.ClipPreprocessing;
import org.tokenzip.image.ClipPreprocessor;
import org.tokenzip.image.ImageDecoder;
import org.tokenzip.image.Orientation;
import org.tokenzip.image.PilResampler;
import org.tokenzip.image.PixelValues;
import org.tokenzip.image.RgbImage;
import org.tokenzip.model.LlavaFixture;
import org.tokenzip.model.LlavaModel;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.text.PromptTokenizer;

/** Smaller pictures through every family's own order of views. */
@ExtendWith(NoLeaks.class)
class SmallPictureTest {
  private static final String FOLDERS = "org.tokenzip.testing.FixtureFolders#pipelines";

  @ParameterizedTest
  @CsvSource({"576, 24, 24", "192, 24, 13", "128, 24, 11", "64, 24, 8", "1, 24, 1", "729, 27, 27"})
  void theLargestSquareThatTheBudgetAllows(int keep, int gridSide, int side) {
    assertThat(SmallPicture.forBudget(keep, gridSide)).isEqualTo(new SmallPicture(side, gridSide));
  }

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void everyLayoutTakesSmallerViews(Path folder) throws Exception {
    try (LlavaFixture fixture = LlavaFixture.open(folder);
        LlavaModel model = fixture.load(DType.FP32)) {
      int side = model.config().vision().gridSide();
      for (JsonNode expected : fixture.expected("cases")) {
        List<Visual> visuals = FixtureVisuals.of(fixture, expected);
        if (visuals.isEmpty()) {
          continue;
        }
        try (VisualTokens whole = encode(folder, model, visuals.get(0), new NoCompression());
            VisualTokens full =
                encode(folder, model, visuals.get(0), new SmallPicture(side, side));
            VisualTokens small =
                encode(folder, model, visuals.get(0), new SmallPicture(side / 2, side))) {
          assertThat(Tensors.toFloatArray(full.features()))
              .isEqualTo(Tensors.toFloatArray(whole.features()));
          assertThat(small.before()).isEqualTo(whole.before());
          assertThat(small.count()).isLessThan(whole.count());
          for (float value : Tensors.toFloatArray(small.features())) {
            assertThat(value).isFinite();
          }
          int patches = side * side;
          assertThat(small.provenance().patchesPerView()).isEqualTo(patches);
          int[] shown =
              small.provenance().tokens().stream()
                  .filter(token -> token.view() == 0)
                  .flatMapToInt(token -> Arrays.stream(token.sources()))
                  .filter(patch -> patch < patches)
                  .distinct()
                  .sorted()
                  .toArray();
          assertThat(shown).hasSize(patches); // every place of the first view is in some token
        }
      }
    }
  }

  /** A picture of the tower's size: what the tower sees is the picture resized once. */
  @ParameterizedTest
  @CsvSource({"1", "2", "3"})
  void theTowerSeesThePictureResized(int side) throws Exception {
    Path folder = Path.of(SmallPictureTest.class.getResource("/fixtures/llava-1.5-tiny").toURI());
    try (LlavaFixture fixture = LlavaFixture.open(folder);
        LlavaModel model = fixture.load(DType.FP32);
        TensorScope scope = new TensorScope()) {
      RgbImage picture = ImageDecoder.decode(fixture.picture("rgb_56x56"), Orientation.IGNORE);
      ClipPreprocessing options = PictureFiles.preprocessor(folder, model.config()).whole();
      RgbImage resized = PilResampler.resize(picture, 14 * side, 14 * side, options.filter());
      PixelValues pixels =
          new ClipPreprocessor(options.withResize(null).withCrop(null)).apply(resized);
      Tensor seen = Tensors.of(pixels.values(), 1, 3, 14L * side, 14L * side);
      Tensor patches = model.tower().forward(seen).patchTokens();
      Tensor expected = model.projector().forward(patches).squeeze(0);
      SmallPicture method = new SmallPicture(side, 4);
      try (VisualTokens tokens = encode(folder, model, new Visual.Picture(picture), method)) {
        assertThat(Tensors.toFloatArray(tokens.features()))
            .isEqualTo(Tensors.toFloatArray(expected));
        OutputToken last = tokens.provenance().tokens().get(side * side - 1);
        assertThat(last.sources()).contains(15);
      }
    }
  }

  @Test
  void aSideThatTheTowerDoesNotHaveIsRefused() throws Exception {
    assertThatThrownBy(() -> new SmallPicture(5, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("side: expected 1 to 4 patches, got 5");
    assertThatThrownBy(() -> SmallPicture.forBudget(0, 4))
        .hasMessage("keep: expected 1 or more tokens, got 0");
    Path folder = Path.of(SmallPictureTest.class.getResource("/fixtures/llava-1.5-tiny").toURI());
    TokenCompressor larger =
        new TokenCompressor() {
          @Override
          public String name() {
            return "larger";
          }

          @Override
          public int inputSide(TowerShape tower) {
            return tower.side() + 1;
          }
        };
    try (LlavaFixture fixture = LlavaFixture.open(folder);
        LlavaModel model = fixture.load(DType.FP32)) {
      Visual picture =
          new Visual.Picture(ImageDecoder.decode(fixture.picture("rgb_56x56"), Orientation.IGNORE));
      assertThatThrownBy(() -> encode(folder, model, picture, larger))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("larger: expected a side of 1 to 4 patches for the vision tower, got 5");
    }
  }

  private static VisualTokens encode(
      Path folder, LlavaModel model, Visual visual, TokenCompressor method) {
    try (PromptTokenizer tokenizer = PromptTokenizer.open(folder);
        TextTowerFolder none =
            TextTowerFolder.find(folder, null, model.config().vision(), model.device())) {
      ImageEncoder encoder =
          new ImageEncoder(
              model,
              PictureFiles.preprocessor(folder, model.config()),
              new PromptGuides(model, tokenizer, none));
      List<ImageEncoder.Shown> shown = List.of(new ImageEncoder.Shown(visual, "", 0));
      return encoder.encode(shown, method, new StageTimings.Clock()).get(0);
    }
  }
}
