// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.tokenzip.model.Parity.assertLogits;
import static org.tokenzip.model.Parity.assertStates;
import static org.tokenzip.testing.FixtureFolders.elements;
import static org.tokenzip.testing.FixtureFolders.longs;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.compress.VisionFeatures;
import org.tokenzip.image.ImageDecoder;
import org.tokenzip.image.PicturePreprocessor;
import org.tokenzip.image.PixelValues;
import org.tokenzip.image.RgbImage;
import org.tokenzip.model.LlavaFixture;
import org.tokenzip.model.LlavaModel;
import org.tokenzip.model.Parity;
import org.tokenzip.model.llama.KvCache;
import org.tokenzip.model.llama.PaddedPrompts;
import org.tokenzip.model.vision.VisionTower;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.FixtureFolders;
import org.tokenzip.testing.NoLeaks;

/** Video-LLaVA from frame files to logits: two towers, frames with their class token. */
@ExtendWith(NoLeaks.class)
class VideoLlavaFixtureTest {
  private static final String FOLDERS = "org.tokenzip.testing.FixtureFolders#videoCheckpoints";
  private static final String PICTURE = "image.rgb_56x56";

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void framesGoThroughTheVideoTower(Path folder) {
    try (LlavaFixture fixture = LlavaFixture.open(folder);
        LlavaModel model = fixture.load(DType.FP32);
        TensorScope scope = new TensorScope()) {
      Tensor pixels = pixels(folder, model, frames(fixture));
      if (fixture.has("video.pixel_values")) {
        assertStates("pixels", pixels, fixture.floats("video.pixel_values"));
      }
      if (fixture.has("video.vision_hidden_states")) {
        float[] all = fixture.floats("video.vision_hidden_states");
        List<Tensor> states = model.clipTower().hiddenStates(pixels);
        int each = Math.toIntExact(states.get(0).numel());
        for (int i = 0; i < states.size(); i++) {
          float[] expected = Arrays.copyOfRange(all, i * each, (i + 1) * each);
          assertStates("state " + i, states.get(i), expected);
        }
      }
      VisionFeatures features = model.clipTower().forward(pixels);
      Tensor queries = fixture.tensor("video.queries"); // [8, H, S, d]
      assertStates("query", features.clsQuery(), Tensors.toFloatArray(queries.select(2, 0)));
      assertStates("keys", features.keys(), fixture.floats("video.keys"));
      assertStates(
          "projected",
          model.projector().forward(features.hidden()),
          fixture.floats("video.projected"));
    }
  }

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void picturesGoThroughTheImageTowerWithoutClassToken(Path folder) {
    try (LlavaFixture fixture = LlavaFixture.open(folder);
        LlavaModel model = fixture.load(DType.FP32);
        TensorScope scope = new TensorScope()) {
      RgbImage picture = ImageDecoder.decode(fixture.picture("rgb_56x56"));
      Tensor pixels = pixels(folder, model, List.of(picture));
      assertStates("pixels", pixels, fixture.floats(PICTURE + ".pixel_values"));
      VisionTower tower = model.tower();
      assertThat(tower).isNotSameAs(model.clipTower());
      Tensor patches = tower.forward(pixels).hidden().narrow(1, 1, 16);
      Tensor projected = model.projector().forward(patches);
      assertStates("projected", projected, fixture.floats(PICTURE + ".projected"));
    }
  }

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void embeddingsAndLogitsAgree(Path folder) {
    try (LlavaFixture fixture = LlavaFixture.open(folder);
        LlavaModel model = fixture.load(DType.FP32)) {
      for (String name : fixture.named("case", "inputs_embeds")) {
        try (TensorScope scope = new TensorScope();
            KvCache cache = model.decoder().newCache(256)) {
          Tensor embeds = embeds(fixture, model, folder, name);
          assertStates(name, embeds, fixture.floats("case." + name + ".inputs_embeds"));
          if (fixture.has("case." + name + ".logits")) {
            Tensor logits = model.decoder().prefillAllLogits(embeds.unsqueeze(0), cache);
            assertLogits(name, logits, fixture.floats("case." + name + ".logits"), Parity.LOGITS);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"FP16, 0.1", "BF16, 1.0"})
  void halfPrecisionStaysClose(DType dtype, double allowed) {
    for (Path folder : FixtureFolders.videoCheckpoints()) {
      try (LlavaFixture fixture = LlavaFixture.open(folder);
          LlavaModel model = fixture.load(dtype);
          TensorScope scope = new TensorScope();
          KvCache cache = model.decoder().newCache(256)) {
        assumeTrue(fixture.has("case.single.logits"), "this folder records no logits");
        Tensor embeds = embeds(fixture, model, folder, "single").unsqueeze(0);
        Tensor logits = model.decoder().prefillAllLogits(embeds, cache);
        assertLogits("single", logits, fixture.floats("case.single.logits"), allowed);
      }
    }
  }

  @ParameterizedTest
  @MethodSource(FOLDERS)
  void aLeftPaddedBatchAgrees(Path folder) {
    try (LlavaFixture fixture = LlavaFixture.open(folder);
        LlavaModel model = fixture.load(DType.FP32);
        TensorScope scope = new TensorScope()) {
      JsonNode batch = fixture.expected("batches", "left_padding");
      List<RgbImage> reversed = new ArrayList<>(frames(fixture));
      Collections.reverse(reversed);
      List<List<RgbImage>> clips = List.of(frames(fixture), reversed);
      List<Tensor> rows = new ArrayList<>();
      for (int row = 0; row < clips.size(); row++) {
        long[] mask = longs(batch.get("attention_mask").get(row));
        long[] padded = longs(batch.get("input_ids").get(row));
        long[] ids =
            IntStream.range(0, padded.length)
                .filter(i -> mask[i] == 1)
                .mapToLong(i -> padded[i])
                .toArray();
        Visual clip = new Visual.Clip(clips.get(row));
        rows.add(splice(model, folder, ids, List.of(clip)));
      }
      PaddedPrompts prompts = PaddedPrompts.of(rows);
      try (KvCache cache = model.decoder().newCache(256, prompts.padding())) {
        Tensor logits = model.decoder().prefillAllLogits(prompts.embeds(), cache);
        for (int row = 0; row < rows.size(); row++) {
          String name = "batch.left_padding." + row + ".logits"; // of the last eight positions
          Tensor last = logits.select(0, row).narrow(0, logits.size(1) - 8, 8);
          assertLogits(name, last, fixture.floats(name), Parity.LOGITS);
        }
      }
    }
  }

  private static Tensor embeds(LlavaFixture fixture, LlavaModel model, Path folder, String name) {
    JsonNode expected = fixture.expected("cases", name);
    List<Visual> visuals = FixtureVisuals.of(fixture, expected);
    return splice(model, folder, longs(expected.get("input_ids")), visuals);
  }

  private static Tensor splice(LlavaModel model, Path folder, long[] ids, List<Visual> visuals) {
    PicturePreprocessor preprocessor = PictureFiles.preprocessor(folder, model.config());
    ImageEncoder encoder =
        new ImageEncoder(model, preprocessor, null); // no method here reads the prompt
    List<VisualTokens> tokens =
        encoder.encode(
            visuals.stream().map(visual -> new ImageEncoder.Shown(visual, "", 0)).toList(),
            new NoCompression(),
            new StageTimings.Clock());
    try {
      long[] positions =
          IntStream.range(0, ids.length)
              .filter(i -> ids[i] == 448 || ids[i] == 449)
              .mapToLong(i -> i)
              .toArray();
      return model.splice(model.embed(ids), VisualTokens.features(tokens), positions);
    } finally {
      tokens.forEach(VisualTokens::close);
    }
  }

  private static Tensor pixels(Path folder, LlavaModel model, List<RgbImage> pictures) {
    PicturePreprocessor preprocessor = PictureFiles.preprocessor(folder, model.config());
    return Tensors.concat(
        0,
        pictures.stream()
            .map(preprocessor::frame)
            .map(VideoLlavaFixtureTest::tensor)
            .toArray(Tensor[]::new));
  }

  private static Tensor tensor(PixelValues values) {
    return Tensors.of(values.values(), 1, 3, values.height(), values.width());
  }

  private static List<RgbImage> frames(LlavaFixture fixture) {
    return elements(fixture.expected("cases", "single", "images"))
        .map(name -> ImageDecoder.decode(fixture.picture(name.asText())))
        .collect(Collectors.toList());
  }
}
