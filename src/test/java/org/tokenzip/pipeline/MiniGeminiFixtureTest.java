// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;
import static org.tokenzip.testing.FixtureFolders.elements;
import static org.tokenzip.testing.FixtureFolders.longs;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.image.CutPicture;
import org.tokenzip.image.PixelValues;
import org.tokenzip.model.LlavaModel;
import org.tokenzip.model.Parity;
import org.tokenzip.model.llama.KvCache;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.FixtureFolders;
import org.tokenzip.testing.FixtureTensors;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.text.ConversationTemplate;
import org.tokenzip.text.Message;
import org.tokenzip.text.PromptTokenizer;
import org.tokenzip.weights.LoadListener;

/** Mini-Gemini, plain and HD, from picture files to answers, stage by stage. */
@ExtendWith(NoLeaks.class)
class MiniGeminiFixtureTest {
  private static final String QUESTION = "Which shape is red?";
  private static final int PATCHES = 16;

  private final JsonNode expected = FixtureFolders.expected(MiniGeminiFolder.FOLDER);

  @TempDir Path directory;
  private FixtureTensors tensors;

  @BeforeEach
  void open() {
    tensors = FixtureTensors.open(MiniGeminiFolder.FOLDER);
  }

  @AfterEach
  void close() {
    tensors.close();
  }

  @Test
  void picturesArePreparedInBothResolutions() {
    try (LlavaModel model = load(MiniGeminiFolder.FOLDER);
        TensorScope scope = new TensorScope()) {
      for (String[] each : new String[][] {{"a", "rgb_56x56"}, {"b", "rgb_123x77"}}) {
        Tensor pixels = pixels(MiniGeminiFolder.FOLDER, model, each[1]);
        float[] rows = tensors.floats(each[0] + ".pixels");
        assertThat(Tensors.toFloatArray(everyFourthRow(pixels))).isEqualTo(rows);
        Tensor views = model.highResolution().views(pixels, 1);
        Parity.assertLogits(each[0], views, tensors.floats(each[0] + ".views"), 1e-6);
      }
    }
  }

  @Test
  void anHdModelSeesTheWholeAndCrops() {
    Path folder = MiniGeminiFolder.copy(directory, MiniGeminiFolder::hd);
    try (LlavaModel model = load(folder);
        TensorScope scope = new TensorScope()) {
      Tensor pixels = pixels(folder, model, "rgb_123x77");
      Tensor views = model.highResolution().views(pixels, 5);
      Parity.assertLogits("views", everyFourthRow(views), tensors.floats("hd.views"), 1e-6);
    }
  }

  @Test
  void bothTowersAndTheMiningAgree() {
    try (LlavaModel model = load(MiniGeminiFolder.FOLDER);
        TensorScope scope = new TensorScope()) {
      Tensor pixels = pixels(MiniGeminiFolder.FOLDER, model, "rgb_123x77");
      List<Tensor> stages = model.highResolution().tower().stages(pixels);
      for (int i = 0; i < 4; i++) {
        Parity.assertStates("stage " + i, stages.get(i), tensors.floats("b.stage." + i));
      }
      Tensor map = model.highResolution().tower().forward(pixels); // [1, 80, 16, 16]
      Tensor rows = Tensors.concat(2, map.narrow(2, 0, 1), map.narrow(2, 8, 1));
      Parity.assertStates("map", rows, tensors.floats("b.map"));
      Tensor views = model.highResolution().views(pixels, 1);
      Tensor hidden = model.tower().forward(views).hidden();
      Tensor patches = hidden.narrow(1, 1, PATCHES);
      Parity.assertStates("tower", patches, tensors.floats("b.tower"));
      int[] places = IntStream.range(-1, PATCHES).toArray();
      Tensor all = model.highResolution().add(hidden, pixels, List.of(places));
      Tensor mined = all.narrow(1, 1, PATCHES).sub(patches);
      Parity.assertStates("mined", mined, tensors.floats("b.mined"));
      assertThat(Tensors.toFloatArray(all.narrow(1, 0, 1)))
          .isEqualTo(Tensors.toFloatArray(hidden.narrow(1, 0, 1)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"single", "hd"})
  void projectedTokensAndLogitsOfEveryPositionAgree(String name) {
    Path folder = folder(name);
    try (LlavaModel model = load(folder);
        PromptTokenizer tokenizer = PromptTokenizer.open(folder);
        TensorScope scope = new TensorScope();
        KvCache cache = model.decoder().newCache(256);
        VisualTokens visual = encode(folder, model, "rgb_123x77").get(0)) {
      String prefix = name.equals("hd") ? "hd" : "b";
      Parity.assertStates("tokens", visual.features(), tensors.floats(prefix + ".projected"));
      Prompt prompt =
          writer(tokenizer, model)
              .write(List.of(Message.user(1, QUESTION)), List.of(visual.count()));
      Tensor embeds = model.splice(model.embed(prompt.ids()), visual.features(), prompt.visual());
      Tensor logits = model.decoder().prefillAllLogits(embeds.unsqueeze(0), cache).squeeze(0);
      int step = expected.at("/columns/" + name).asInt();
      long[] columns = IntStream.range(0, 448).filter(i -> i % step == 0).asLongStream().toArray();
      Parity.assertLogits(
          name,
          logits.index_select(1, Tensors.vector(columns)),
          tensors.floats(name + ".logits"),
          Parity.LOGITS);
      assertThat(Parity.best(logits)).isEqualTo(longs(expected.at("/cases/" + name + "/best")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"single", "two", "turns", "hd"})
  void promptsAreWrittenAroundThePictures(String name) {
    JsonNode record = expected.at("/cases/" + name);
    int pictures = record.get("pictures").size();
    try (LlavaModel model = load(MiniGeminiFolder.FOLDER);
        PromptTokenizer tokenizer = PromptTokenizer.open(MiniGeminiFolder.FOLDER)) {
      List<Message> messages = new ArrayList<>();
      for (JsonNode turn : record.get("turns")) {
        messages.add(Message.user(messages.isEmpty() ? pictures : 0, turn.get(0).asText()));
        if (!turn.get(1).isNull()) {
          messages.add(Message.assistant(turn.get(1).asText()));
        }
      }
      Prompt prompt = writer(tokenizer, model).write(messages, Collections.nCopies(pictures, 1));
      assertThat(prompt.ids()).isEqualTo(longs(record.get("ids")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"single", "two", "hd"})
  void questionsAreAnsweredAsByTheReference(String name) {
    JsonNode record = expected.at("/cases/" + name);
    List<Visual> pictures =
        elements(record.get("pictures"))
            .map(each -> (Visual) new Visual.Picture(MiniGeminiFolder.picture(each.asText())))
            .toList();
    try (LlavaPipeline llava = LlavaPipeline.load(folder(name))) {
      Answer answer =
          llava.ask(
              new Request(pictures, QUESTION, null),
              GenerationOptions.defaults().withMaxNewTokens(12),
              TokenListener.NONE);
      assertThat(answer.outputIds()).isEqualTo(longs(record.get("generated_ids")));
    }
  }

  @Test
  void halfPrecisionStaysClose() {
    try (LlavaModel model =
            LlavaModel.load(MiniGeminiFolder.FOLDER, Device.CPU, DType.BF16, LoadListener.NONE);
        VisualTokens visual = encode(MiniGeminiFolder.FOLDER, model, "rgb_123x77").get(0)) {
      float[] values = Tensors.toFloatArray(visual.features());
      float[] exact = tensors.floats("b.projected");
      for (int i = 0; i < values.length; i++) {
        assertThat(values[i]).isCloseTo(exact[i], offset(0.15f));
      }
    }
  }

  private Path folder(String name) {

    return name.equals("hd")
        ? MiniGeminiFolder.copy(directory, MiniGeminiFolder::hd)
        : MiniGeminiFolder.FOLDER;
  }

  private static LlavaModel load(Path folder) {
    return LlavaModel.load(folder, Device.CPU, DType.FP32, LoadListener.NONE);
  }

  private static PromptWriter writer(PromptTokenizer tokenizer, LlavaModel model) {
    return new PromptWriter(tokenizer, ConversationTemplate.MINI_GEMINI, model.config());
  }

  private static Tensor pixels(Path folder, LlavaModel model, String picture) {
    CutPicture cut =
        PictureFiles.preprocessor(folder, model.config()).apply(MiniGeminiFolder.picture(picture));
    PixelValues values = cut.views().get(0);
    return Tensors.of(values.values(), 1, 3, values.height(), values.width());
  }

  private static List<VisualTokens> encode(Path folder, LlavaModel model, String picture) {
    Visual visual = new Visual.Picture(MiniGeminiFolder.picture(picture));
    return new ImageEncoder(model, PictureFiles.preprocessor(folder, model.config()), null)
        .encode(
            List.of(new ImageEncoder.Shown(visual, "", 0)),
            new NoCompression(),
            new StageTimings.Clock());
  }

  private static Tensor everyFourthRow(Tensor pixels) {
    long[] rows =
        IntStream.range(0, (int) pixels.size(2)).filter(i -> i % 4 == 0).asLongStream().toArray();
    return pixels.index_select(2, Tensors.vector(rows));
  }
}
