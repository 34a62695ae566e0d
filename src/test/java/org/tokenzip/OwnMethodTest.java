// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tokenzip.compress.Provenance;
import org.tokenzip.image.ImageDecoder;
import org.tokenzip.image.RgbImage;
import org.tokenzip.pipeline.Answer;
import org.tokenzip.pipeline.EmbeddedModel;
import org.tokenzip.pipeline.LlavaPipeline;
import org.tokenzip.pipeline.PipelineOptions;
import org.tokenzip.testing.NoLeaks;

/** A method that the library does not have is one class, and no other class has to know it. */
@ExtendWith(NoLeaks.class)
class OwnMethodTest {
  private static final Path SOURCES = Path.of("src/test/java/org/tokenzip");

  @Test
  void aMethodBetweenTowerAndDecoderIsOneClass() {
    Answer answer = ask(PipelineOptions.defaults().withCompressor(new LongestFeatures(64)));
    assertThat(answer.visualTokensAfter()).isEqualTo(64);
    Provenance provenance = answer.provenance().get(0);
    int[] kept = provenance.keptPatches();
    assertThat(kept).hasSize(64).isSorted();
    float[] lengths = provenance.scores();
    float[] sorted = lengths.clone();
    Arrays.sort(sorted);
    assertThat(Arrays.stream(kept)).allMatch(patch -> lengths[patch] >= sorted[256 - 64]);
  }

  @Test
  void aMethodInsideTheTowerIsOneClass() {
    Answer answer = ask(PipelineOptions.defaults().withCompressor(new HalfwayDrop(64)));
    assertThat(answer.visualTokensAfter()).isEqualTo(64);
    assertThat(answer.provenance().get(0).keptPatches()).hasSize(64).isSorted();
  }

  @Test
  void theReadmeShowsTheClassAsItIs() throws IOException {
    String source = Files.readString(SOURCES.resolve("LongestFeatures.java"));
    String shown = source.substring(source.indexOf("/** Keeps"));
    assertThat(Files.readString(Path.of("README.md"))).contains("```java\n" + shown + "```");
  }

  private static Answer ask(PipelineOptions options) {
    EmbeddedModel.Question question = EmbeddedModel.questions().get(0);
    try (LlavaPipeline llava = LlavaPipeline.load(EmbeddedModel.directory(), options)) {
      RgbImage picture = ImageDecoder.decode(question.image());
      return llava.ask(picture, question.question());
    }
  }
}
