// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tokenzip.compress.CDPruner;
import org.tokenzip.compress.CDPrunerOptions;
import org.tokenzip.compress.PPLLaVA;
import org.tokenzip.compress.PPLLaVAOptions;
import org.tokenzip.compress.PromptGuide;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.image.ImageDecoder;
import org.tokenzip.image.Orientation;
import org.tokenzip.model.LlavaFixture;
import org.tokenzip.model.LlavaModel;
import org.tokenzip.model.Parity;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.FixtureFolders;
import org.tokenzip.testing.FixtureTensors;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.text.PromptTokenizer;
import org.tokenzip.weights.CheckpointException;

/**
 * A SigLIP text tower beside a LLaVA-OneVision model. The expectations come from the reference's
 * joint model, whose vision tower has the model's weights and one layer more.
 */
@ExtendWith(NoLeaks.class)
class SiglipGuideTest {
  @Test
  void textsLieWhereTheReferenceHasThem() throws Exception {
    JsonNode expected = FixtureFolders.expected(siglip());
    try (LlavaFixture fixture = LlavaFixture.open(oneVision());
        LlavaModel model = fixture.load(DType.FP32);
        TextTowerFolder folder = folder(model);
        PromptTokenizer tokenizer = PromptTokenizer.open(siglip());
        FixtureTensors tensors = FixtureTensors.open(siglip())) {
      float[] plain = tensors.floats("text.projected"); // [texts, D]
      float[] extended = tensors.floats("text.projected_196");
      for (int i = 0; i < expected.get("texts").size(); i++) {
        String text = expected.get("texts").get(i).asText();
        long[] ids = FixtureFolders.longs(expected.get("text_ids").get(i));
        assertThat(tokenizer.encode(text)).as(text).isEqualTo(ids);
        PromptGuide guide = guide(model, folder, text);
        try (TensorScope scope = new TensorScope()) {
          Parity.assertStates(text, guide.pooled(false), row(plain, i));
          Parity.assertStates(text + ", longer table", guide.pooled(true), row(extended, i));
          Tensor segments = guide.segments();
          assertThat(segments.size(0)).isEqualTo((ids.length + 63) / 64);
          if (ids.length <= 64) {
            Parity.assertStates(text + ", segment", segments, row(plain, i));
          }
        }
        assertThat((double) guide.logitScale())
            .isCloseTo(expected.get("logit_scale_exp").asDouble(), within(1e-4));
        assertThat(guide.sign()).isEqualTo(-1);
      }
    }
  }

  @Test
  void patchesAndTheirRelevanceAgree() throws Exception {
    try (LlavaFixture fixture = LlavaFixture.open(oneVision());
        LlavaModel model = fixture.load(DType.FP32);
        TextTowerFolder folder = folder(model);
        FixtureTensors tensors = FixtureTensors.open(siglip());
        TensorScope scope = new TensorScope()) {
      String question = FixtureFolders.expected(siglip()).get("texts").get(0).asText();
      Tensor hidden = model.tower().forward(fixture.views("wide_170x60")).patchTokens();
      Tensor patches = guide(model, folder, question).patches(hidden, hidden); // [4, 16, D]
      float[] expected = tensors.floats("image.patches"); // of two views
      Parity.assertStates("patches", patches.narrow(0, 0, 2), expected);

      TokenCompressor pooling = new PPLLaVA(PPLLaVAOptions.tiles(1, 2, 2));
      try (VisualTokens tokens = encode(fixture, model, folder, question, pooling)) {
        Tensor relevance = Tensors.vector(tokens.provenance().scores());
        Parity.assertStates("relevance", relevance, tensors.floats("image.relevance"));
      }
      TokenCompressor pruning = new CDPruner(CDPrunerOptions.forBudget(4));
      try (VisualTokens tokens = encode(fixture, model, folder, question, pruning)) {
        Tensor scores = Tensors.vector(tokens.provenance().scores());
        Parity.assertStates("score", scores, scaled(tensors.floats("image.cosine")));
      }
    }
  }

  @Test
  void thePipelineFindsTheTowerWhereItIsTold() throws Exception {
    PipelineOptions options = PipelineOptions.defaults().withTextTower(siglip());
    try (LlavaFixture fixture = LlavaFixture.open(oneVision());
        LlavaPipeline llava = LlavaPipeline.load(oneVision(), options);
        Conversation conversation = llava.chat(new PPLLaVA(PPLLaVAOptions.forBudget(4)))) {
      conversation.show(ImageDecoder.decode(fixture.picture("rgb_56x56"), Orientation.IGNORE));
      Answer answer = conversation.say("What is it?");
      assertThat(answer.visualTokensAfter()).isLessThan(answer.visualTokensBefore());
    }
  }

  @Test
  void theTextTowerOfAnotherKindIsRefused() throws Exception {
    Path clip = oneVision().resolveSibling("llava-1.5-tiny");
    try (LlavaFixture fixture = LlavaFixture.open(clip);
        LlavaModel model = fixture.load(DType.FP32);
        TextTowerFolder folder = folder(model)) {
      assertThatThrownBy(folder::get)
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("expected the text tower of a CLIP vision tower")
          .hasMessageContaining("got that of a SIGLIP vision tower");
    }
  }

  /** METHODS 7.2, steps 1 and 2: low cosines count, scaled to 0 to 1 over all views. */
  private static float[] scaled(float[] cosines) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (float cosine : cosines) {
      low = Math.min(low, -cosine);
      high = Math.max(high, -cosine);
    }
    float[] scaled = new float[cosines.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (float) ((-cosines[i] - low + 1e-6) / (high - low));
    }
    return scaled;
  }

  private static VisualTokens encode(
      LlavaFixture fixture,
      LlavaModel model,
      TextTowerFolder folder,
      String question,
      TokenCompressor method) {
    Visual picture =
        new Visual.Picture(ImageDecoder.decode(fixture.picture("wide_170x60"), Orientation.IGNORE));
    try (PromptTokenizer tokenizer = PromptTokenizer.open(oneVision())) {
      ImageEncoder encoder =
          new ImageEncoder(
              model,
              PictureFiles.preprocessor(oneVision(), model.config()),
              new PromptGuides(model, tokenizer, folder));
      List<ImageEncoder.Shown> shown = List.of(new ImageEncoder.Shown(picture, question, 0));
      return encoder.encode(shown, method, new StageTimings.Clock()).get(0);
    }
  }

  private static PromptGuide guide(LlavaModel model, TextTowerFolder folder, String question) {
    TextTowerFolder.Loaded loaded = folder.get();
    assertThat(loaded).isNotNull();
    return new TextTowerGuide(model.tower(), loaded.tower(), loaded.tokenizer(), question);
  }

  private static float[] row(float[] rows, int row) {
    return Arrays.copyOfRange(rows, row * 64, (row + 1) * 64);
  }

  private static TextTowerFolder folder(LlavaModel model) {
    return TextTowerFolder.find(oneVision(), siglip(), model.config().vision(), Device.CPU);
  }

  private static Path siglip() {
    return resource("/siglip-tiny");
  }

  /** Always the one beside the tests: the text tower belongs to its vision tower. */
  private static Path oneVision() {
    return resource("/fixtures/llava-onevision-tiny");
  }

  private static Path resource(String name) {
    try {
      return Path.of(SiglipGuideTest.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
