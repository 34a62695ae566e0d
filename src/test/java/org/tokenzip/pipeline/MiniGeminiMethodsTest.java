// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tokenzip.compress.Budget;
import org.tokenzip.compress.CompressionMethod;
import org.tokenzip.compress.Compressors;
import org.tokenzip.compress.DecoderShape;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.compress.OutputToken;
import org.tokenzip.compress.Settings;
import org.tokenzip.compress.SmallPicture;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.compress.TokenSelection;
import org.tokenzip.compress.TowerReduction;
import org.tokenzip.compress.TowerShape;
import org.tokenzip.compress.VisionZip;
import org.tokenzip.compress.VisionZipOptions;
import org.tokenzip.image.PixelValues;
import org.tokenzip.kernel.MergeMode;
import org.tokenzip.model.LlavaModel;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.text.PromptTokenizer;
import org.tokenzip.weights.LoadListener;

/** What compression leaves of tokens that have been mined, or are mined afterwards. */
@ExtendWith(NoLeaks.class)
class MiniGeminiMethodsTest {
  private static final int PATCHES = 16;
  private static final GenerationOptions OPTIONS = GenerationOptions.defaults().withMaxNewTokens(4);

  @TempDir Path directory;

  static Stream<String> methods() {
    return Compressors.all().stream()
        .map(CompressionMethod::name)
        .filter(name -> !name.equals("none") && !name.equals("ppllava")) // needs a text tower
        .filter(name -> !name.equals(SmallPicture.NAME));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void everyMethodAnswersWithFewerTokens(String name) {
    for (Path folder : List.of(MiniGeminiFolder.FOLDER, hd(directory))) {
      try (LlavaPipeline llava = LlavaPipeline.load(folder)) {
        Answer plain = ask(llava, new NoCompression());
        Answer fewer = ask(llava, method(name, PATCHES / 2));
        assertThat(plain.visualTokensAfter()).isEqualTo(plain.visualTokensBefore());
        assertThat(fewer.visualTokensBefore()).isEqualTo(plain.visualTokensBefore());
        assertThat(fewer.visualTokensAfter()).isLessThan(plain.visualTokensAfter()).isPositive();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aBudgetOfAllPatchesGivesTheUncompressedTokensBitForBit(String name) {
    for (Path folder : List.of(MiniGeminiFolder.FOLDER, hd(directory))) {
      try (LlavaModel model = load(folder);
          VisualTokens plain = encode(folder, model, new NoCompression(), "rgb_123x77").get(0);
          VisualTokens all = encode(folder, model, method(name, PATCHES), "rgb_123x77").get(0)) {
        assertThat(Tensors.toFloatArray(all.features()))
            .isEqualTo(Tensors.toFloatArray(plain.features()));
      }
    }
  }

  @Test
  void aSmallerPictureIsRefused() {
    try (LlavaPipeline llava = LlavaPipeline.load(MiniGeminiFolder.FOLDER)) {
      assertThatThrownBy(() -> ask(llava, method(SmallPicture.NAME, PATCHES / 2)))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageStartingWith("small-picture: expected a model of one vision tower");
    }
  }

  @Test
  void visionZipKeepsAndMergesMinedTokens() {
    try (LlavaModel model = load(MiniGeminiFolder.FOLDER);
        TensorScope scope = new TensorScope()) {
      Tensor pixels = pixels(MiniGeminiFolder.FOLDER, model, "rgb_123x77");
      Tensor hidden = model.tower().forward(model.highResolution().views(pixels, 1)).hidden();
      int[] places = IntStream.range(-1, PATCHES).toArray();
      Tensor mined = model.highResolution().add(hidden, pixels, List.of(places)).squeeze(0);
      TokenCompressor method =
          new VisionZip(new VisionZipOptions(5, 3, MergeMode.TARGET_PLUS_MEAN));
      try (VisualTokens chosen =
          encode(MiniGeminiFolder.FOLDER, model, method, "rgb_123x77").get(0)) {
        Tensor[] expected =
            chosen.provenance().tokens().stream()
                .map(token -> formed(token, mined))
                .toArray(Tensor[]::new);
        float[] projected =
            Tensors.toFloatArray(
                model.projector().forward(Tensors.concat(0, expected).unsqueeze(0)));
        assertThat(chosen.provenance().tokens()).hasSize(8);
        assertThat(Tensors.toFloatArray(chosen.features()))
            .containsExactly(projected, offset(1e-5f));
      }
    }
  }

  /** A token [1, D] as VisionZip forms it: a class token, a patch, or a patch plus a mean. */
  private static Tensor formed(OutputToken token, Tensor mined) {
    Tensor own = mined.narrow(0, 1 + token.anchor(), 1); // anchor -1 is the class token
    if (token.sources().length == 0) {
      return own;
    }
    long[] rows = IntStream.of(token.sources()).mapToLong(patch -> 1 + patch).toArray();
    return own.add(mined.index_select(0, Tensors.vector(rows)).mean(new long[] {0}, true, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ficoco-v", "tome", "evit"})
  void tokensThatAreLeftInTheTowerAreMinedInTheirPlaces(String name) {
    TokenCompressor method = method(name, 10);
    try (LlavaModel model = load(MiniGeminiFolder.FOLDER);
        TensorScope scope = new TensorScope();
        TowerReduction reduction = method.insideTower(model.tower().shape())) {
      Tensor pixels = pixels(MiniGeminiFolder.FOLDER, model, "rgb_123x77");
      Tensor views = model.highResolution().views(pixels, 1);
      Tensor hidden = model.tower().forward(views, reduction).hidden();
      try (TokenSelection selection = reduction.selection();
          VisualTokens left = encode(MiniGeminiFolder.FOLDER, model, method, "rgb_123x77").get(0)) {
        Tensor tokens = selection.apply(hidden); // [1, n, D]
        List<OutputToken> named = selection.provenance(0).tokens();
        assertThat(named).hasSizeLessThan(PATCHES).anyMatch(token -> token.sources().length > 0);
        Tensor[] expected =
            IntStream.range(0, named.size())
                .mapToObj(i -> minedAlone(model, tokens.narrow(1, i, 1), pixels, named.get(i)))
                .toArray(Tensor[]::new);
        float[] projected =
            Tensors.toFloatArray(model.projector().forward(Tensors.concat(1, expected)));
        assertThat(Tensors.toFloatArray(left.features())).containsExactly(projected, offset(1e-5f));
      }
    }
  }

  private static Tensor minedAlone(
      LlavaModel model, Tensor token, Tensor pixels, OutputToken named) {
    return named.anchor() < 0
        ? token
        : model.highResolution().add(token, pixels, List.of(new int[] {named.anchor()}));
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "visionzip", "tome"})
  void picturesOfABatchGetTheTokensTheyGetAlone(String name) {
    TokenCompressor method = name.equals("none") ? new NoCompression() : method(name, PATCHES / 2);
    for (Path folder : List.of(MiniGeminiFolder.FOLDER, hd(directory))) {
      try (LlavaModel model = load(folder)) {
        List<VisualTokens> both = encode(folder, model, method, "rgb_123x77", "rgb_56x56");
        List<VisualTokens> alone = encode(folder, model, method, "rgb_56x56");
        assertThat(Tensors.toFloatArray(both.get(1).features()))
            .containsExactly(Tensors.toFloatArray(alone.get(0).features()), offset(1e-5f));
        both.forEach(VisualTokens::close);
        alone.forEach(VisualTokens::close);
      }
    }
  }

  @Test
  void framesOfAClipAreWholePictures() {
    Path folder = hd(directory);
    Visual clip =
        new Visual.Clip(
            List.of(MiniGeminiFolder.picture("rgb_56x56"), MiniGeminiFolder.picture("rgb_123x77")));
    try (LlavaModel model = load(folder);
        VisualTokens frames = encode(folder, model, new NoCompression(), List.of(clip)).get(0);
        VisualTokens picture = encode(folder, model, new NoCompression(), "rgb_123x77").get(0);
        TensorScope scope = new TensorScope()) {
      assertThat(frames.count()).isEqualTo(2 * PATCHES);
      float[] second =
          Tensors.toFloatArray(frames.features().narrow(0, PATCHES, PATCHES).contiguous());
      float[] whole = Tensors.toFloatArray(picture.features().narrow(0, 0, PATCHES).contiguous());
      assertThat(second).containsExactly(whole, offset(1e-5f));
    }
  }

  private static Tensor pixels(Path folder, LlavaModel model, String picture) {
    PixelValues values =
        PictureFiles.preprocessor(folder, model.config()).frame(MiniGeminiFolder.picture(picture));
    return Tensors.of(values.values(), 1, 3, values.height(), values.width());
  }

  private static Answer ask(LlavaPipeline llava, TokenCompressor method) {
    Visual picture = new Visual.Picture(MiniGeminiFolder.picture("rgb_123x77"));
    Request request = new Request(List.of(picture), "Which shape is red?", method);
    return llava.ask(request, OPTIONS, TokenListener.NONE);
  }

  private static TokenCompressor method(String name, int keep) {
    return Compressors.byName(name)
        .make(new Budget(keep, new TowerShape(2, 4, true), new DecoderShape(2)), Settings.none());
  }

  private static Path hd(Path directory) {
    Path folder = directory.resolve("hd");
    return MiniGeminiFolder.copy(folder, MiniGeminiFolder::hd);
  }

  private static LlavaModel load(Path folder) {
    return LlavaModel.load(folder, Device.CPU, DType.FP32, LoadListener.NONE);
  }

  private static List<VisualTokens> encode(
      Path folder, LlavaModel model, TokenCompressor method, String... pictures) {
    return encode(
        folder,
        model,
        method,
        Stream.of(pictures)
            .map(name -> (Visual) new Visual.Picture(MiniGeminiFolder.picture(name)))
            .toList());
  }

  private static List<VisualTokens> encode(
      Path folder, LlavaModel model, TokenCompressor method, List<Visual> visuals) {
    try (TextTowerFolder none =
            TextTowerFolder.find(folder, null, model.config().vision(), model.device());
        PromptTokenizer tokenizer = PromptTokenizer.open(folder)) {
      return new ImageEncoder(
              model,
              PictureFiles.preprocessor(folder, model.config()),
              new PromptGuides(model, tokenizer, none))
          .encode(
              visuals.stream().map(each -> new ImageEncoder.Shown(each, "Which?", 0)).toList(),
              method,
              new StageTimings.Clock());
    }
  }
}
