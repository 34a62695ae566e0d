// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.compress.OutputToken;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.image.RgbImage;
import org.tokenzip.model.LlavaFixture;
import org.tokenzip.model.Parity;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.FixtureFolders;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.testing.RandomCheckpoint;

/** Every method on every family of models, on pictures of all sizes of a fixture and on clips. */
@ExtendWith(NoLeaks.class)
class EveryMethodFixtureTest {
  private static final GenerationOptions OPTIONS = GenerationOptions.defaults().withMaxNewTokens(6);

  @TempDir static Path directory;

  /**
   * A model.
   *
   * @param textTower that belongs to its vision tower
   */
  record Family(Path folder, Path textTower, List<Visual> visuals) {
    @Override
    public String toString() {
      return folder.getFileName().toString();
    }
  }

  static Stream<Family> families() {
    Path hd = directory.resolve(UUID.randomUUID() + "-hd");
    return Stream.concat(
        FixtureFolders.pipelines().stream().map(EveryMethodFixtureTest::family),
        Stream.of(
            miniGemini(MiniGeminiFolder.FOLDER),
            miniGemini(MiniGeminiFolder.copy(hd, MiniGeminiFolder::hd))));
  }

  private static Family family(Path folder) {
    List<Visual> visuals = new ArrayList<>();
    try (LlavaFixture fixture = LlavaFixture.open(folder)) {
      for (JsonNode expected : fixture.expected("cases")) {
        visuals.addAll(FixtureVisuals.of(fixture, expected));
      }
    }
    boolean clip =
        FixtureFolders.json(folder.resolve("config.json"))
            .at("/vision_config/model_type")
            .asText()
            .startsWith("clip");
    Path textTower =
        clip ? FixtureFolders.textTower(folder) : Path.of("src/test/resources/siglip-tiny");
    return new Family(folder, textTower, withClip(visuals));
  }

  private static Family miniGemini(Path folder) {
    return new Family(
        folder,
        miniGeminiTextTower(),
        withClip(
            Stream.of("rgb_123x77", "rgb_64x200", "rgb_56x56")
                .map(name -> (Visual) new Visual.Picture(MiniGeminiFolder.picture(name)))
                .toList()));
  }

  /** No fixture has one. */
  private static Path miniGeminiTextTower() {
    try {
      return RandomCheckpoint.writeTextTower(
          directory.resolve(UUID.randomUUID() + "-clip"),
          Path.of("src/test/resources/fixtures/clip-tiny"),
          Map.of("hidden_size", 32, "num_hidden_layers", 3, "image_size", 28, "patch_size", 7));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every model takes clips: as such, or their frames in the place of one picture. */
  private static List<Visual> withClip(List<Visual> visuals) {
    List<RgbImage> frames =
        visuals.stream().flatMap(visual -> visual.frames().stream()).limit(3).toList();
    return Stream.concat(
            visuals.stream(),
            Stream.of(new Visual.Clip(frames), new Visual.Clip(frames.subList(0, 1))))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("families")
  void aBudgetOfAllPatchesChangesNoBitOfTheLogits(Family family) {
    with(
        family,
        open -> {
          for (Visual visual : family.visuals) {
            float[] plain = open.logits(new NoCompression(), visual, question(1));
            for (TokenCompressor method : open.methods(open.patches())) {
              assertThat(open.logits(method, visual, question(1)))
                  .as("%s on %s", method.name(), visual.frames())
                  .isEqualTo(plain);
            }
          }
        });
  }

  @ParameterizedTest
  @MethodSource("families")
  void visualsOfABatchGetTheTokensTheyGetAlone(Family family) {
    with(
        family,
        open -> {
          for (TokenCompressor method : open.methods(open.patches() / 2)) {
            List<ImageEncoder.Shown> shown =
                IntStream.range(0, family.visuals.size())
                    .mapToObj(i -> new ImageEncoder.Shown(family.visuals.get(i), question(i), i))
                    .toList();
            List<VisualTokens> together = open.encode(shown, method);
            for (int i = 0; i < shown.size(); i++) {
              try (VisualTokens own = together.get(i);
                  VisualTokens alone = open.encode(List.of(shown.get(i)), method).get(0)) {
                String what = method.name() + ", visual " + i;
                assertThat(described(own)).as(what).isEqualTo(described(alone));
                // The same decisions; products of more rows may be rounded differently.
                Parity.assertStates(what, own.features(), Tensors.toFloatArray(alone.features()));
              }
            }
          }
        });
  }

  @ParameterizedTest
  @MethodSource("families")
  void requestsOfABatchAreAnsweredAsAlone(Family family) {
    PipelineOptions options = PipelineOptions.defaults().withTextTower(family.textTower);
    with(
        family,
        open -> {
          try (LlavaPipeline llava = LlavaPipeline.load(family.folder, options)) {
            List<Request> requests = new ArrayList<>();
            for (TokenCompressor method : open.methods(open.patches() / 4)) {
              int i = requests.size();
              Visual visual = family.visuals.get(i % family.visuals.size());
              requests.add(new Request(List.of(visual), question(i), method));
            }
            List<Answer> together = llava.askAll(requests, OPTIONS);
            for (int i = 0; i < together.size(); i++) {
              Answer alone = llava.ask(requests.get(i), OPTIONS, TokenListener.NONE);
              String what = requests.get(i).compressor().name();
              assertThat(together.get(i).outputIds()).as(what).isEqualTo(alone.outputIds());
              assertThat(together.get(i).cost()).as(what).isEqualTo(alone.cost());
              assertThat(together.get(i).visualTokensAfter())
                  .as(what)
                  .isEqualTo(alone.visualTokensAfter());
            }
          }
        });
  }

  private static String question(int number) {
    return "Is it?" + " Why?".repeat(number % 5);
  }

  private static List<String> described(VisualTokens tokens) {
    return tokens.provenance().tokens().stream().map(EveryMethodFixtureTest::described).toList();
  }

  private static String described(OutputToken token) {
    return token.kind()
        + " "
        + token.anchor()
        + " "
        + IntStream.of(token.sources()).boxed().toList();
  }

  private static void with(Family family, Consumer<OpenModel> body) {
    try (OpenModel open = OpenModel.open(family.folder, family.textTower)) {
      body.accept(open);
    }
  }
}
