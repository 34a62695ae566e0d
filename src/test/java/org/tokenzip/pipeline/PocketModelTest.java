// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.compress.VisionZip;
import org.tokenzip.compress.VisionZipOptions;
import org.tokenzip.image.ImageDecoder;
import org.tokenzip.pipeline.EmbeddedModel.Question;

/** The embedded model gives, word for word, the answers recorded when it was made. */
class PocketModelTest {
  /** The answers were recorded with this limit, which one rambling caption reaches. */
  private static final GenerationOptions OPTIONS =
      GenerationOptions.defaults().withMaxNewTokens(64);

  private static LlavaPipeline pocket;

  @BeforeAll
  static void load() {
    pocket = LlavaPipeline.load(EmbeddedModel.directory());
  }

  @AfterAll
  static void close() {
    pocket.close();
  }

  @Test
  void answersAsRecordedWithAllTokens() {
    List<String> different = new ArrayList<>();
    for (Question question : EmbeddedModel.questions()) {
      compare(question, new NoCompression(), question.full(), different);
    }
    assertThat(different).isEmpty();
  }

  @Test
  void answersAsRecordedWithVisionZip64() {
    List<String> different = new ArrayList<>();
    for (Question question : EmbeddedModel.questions()) {
      VisionZip visionZip = new VisionZip(VisionZipOptions.forBudget(64));
      compare(question, visionZip, question.visionZip64(), different);
    }
    assertThat(different).isEmpty();
  }

  private static void compare(
      Question question, TokenCompressor compressor, String expected, List<String> different) {
    Request request =
        Request.of(ImageDecoder.decode(question.image()), question.question()).with(compressor);
    Answer answer = pocket.ask(request, OPTIONS, TokenListener.NONE);
    if (!answer.text().strip().equals(expected)) {
      different.add(
          String.format(
              "%s %s: expected \"%s\", got \"%s\"",
              question.image().getFileName(), question.question(), expected, answer.text()));
    }
  }
}
