// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tokenzip.compress.Budget;
import org.tokenzip.compress.CompressionMethod;
import org.tokenzip.compress.Compressors;
import org.tokenzip.compress.DecoderReduction;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.compress.Settings;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.image.ImageDecoder;
import org.tokenzip.image.RgbImage;
import org.tokenzip.model.LlavaModel;
import org.tokenzip.model.llama.KvCache;
import org.tokenzip.model.llama.VisualBlock;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.text.ConversationTemplate;
import org.tokenzip.text.Message;
import org.tokenzip.text.PromptTokenizer;
import org.tokenzip.weights.LoadListener;
import org.tokenzip.weights.TokenizerConfig;

/** A method with a budget of all patches changes nothing, to the last bit of the logits. */
@ExtendWith(NoLeaks.class)
class WholeBudgetTest {
  private static final String QUESTION = "How many objects are there?";

  private static LlavaModel model;
  private static PromptTokenizer tokenizer;
  private static TextTowerFolder textTower;
  private static RgbImage picture;
  private static float[] plain;

  @BeforeAll
  static void load() {
    var folder = EmbeddedModel.directory();
    model = LlavaModel.load(folder, Device.CPU, DType.FP32, LoadListener.NONE);
    tokenizer = PromptTokenizer.open(folder);
    textTower = TextTowerFolder.find(folder, null, model.config().vision(), Device.CPU);
    picture = ImageDecoder.decode(folder.resolve("scenes/scene03.png"));
    textTower.prepare(method("ppllava", 64)); // it stays, which is no leak
    plain = logits(new NoCompression());
  }

  @AfterAll
  static void close() {
    textTower.close();
    tokenizer.close();
    model.close();
  }

  static List<CompressionMethod> methods() {
    return Compressors.all();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void givesTheLogitsOfTheUncompressedModel(CompressionMethod method) {
    int patches = model.tower().shape().patches();
    assertThat(logits(method(method.name(), patches))).isEqualTo(plain);
    if (!method.name().equals(NoCompression.NAME)) {
      assertThat(logits(method(method.name(), patches / 2))).isNotEqualTo(plain);
    }
  }

  private static TokenCompressor method(String name, int keep) {
    Budget budget = new Budget(keep, model.tower().shape(), model.decoder().shape());
    return Compressors.byName(name).make(budget, Settings.none());
  }

  /** Of the last position. */
  private static float[] logits(TokenCompressor method) {
    var folder = EmbeddedModel.directory();
    ImageEncoder encoder =
        new ImageEncoder(
            model,
            PictureFiles.preprocessor(folder, model.config()),
            new PromptGuides(model, tokenizer, textTower));
    try (TensorScope scope = new TensorScope();
        VisualTokens visual =
            encoder
                .encode(
                    List.of(new ImageEncoder.Shown(new Visual.Picture(picture), QUESTION, 0)),
                    method,
                    new StageTimings.Clock())
                .get(0)) {
      int count = (int) visual.features().size(0);
      Prompt asked =
          new PromptWriter(
                  tokenizer,
                  ConversationTemplate.match(TokenizerConfig.read(folder).chatTemplate()),
                  model.config())
              .write(List.of(Message.user(1, QUESTION)), List.of(count));
      Tensor embeds =
          model.splice(model.embed(asked.ids()), visual.features(), asked.visual()).unsqueeze(0);
      DecoderReduction reduction = method.insideDecoder(model.decoder().shape());
      try (KvCache cache = model.decoder().newCache(embeds.size(1))) {
        return Tensors.toFloatArray(
            reduction == null
                ? model.decoder().prefill(embeds, cache)
                : model
                    .decoder()
                    .prefill(
                        embeds, cache, new VisualBlock((int) asked.visual()[0], count, reduction)));
      }
    }
  }
}
