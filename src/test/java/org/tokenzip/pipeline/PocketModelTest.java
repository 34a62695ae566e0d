// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tokenzip.compress.Budget;
import org.tokenzip.compress.Compressors;
import org.tokenzip.compress.DecoderShape;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.compress.Provenance;
import org.tokenzip.compress.Settings;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.compress.TowerShape;
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

  /** Of the 96 bundled questions that have a short answer; seen: 79, 78, 75 and 73. */
  @ParameterizedTest
  @CsvSource({"divprune, 0.78", "cdpruner, 0.77", "cdpruner-centred, 0.74", "ppllava, 0.72"})
  void methodsThatReadProjectedTokensStillAnswerMostQuestions(String name, double least) {
    TokenCompressor method = method(name, 64);
    int asked = 0;
    int right = 0;
    for (Question question : EmbeddedModel.questions()) {
      if (!question.type().equals("caption")) {
        Answer answer = ask(question, method);
        assertThat(answer.visualTokensAfter()).isEqualTo(64);
        asked++;
        right += answer.text().strip().equals(question.answer()) ? 1 : 0;
      }
    }
    assertThat(right / (double) asked)
        .as("%s: share of %d", name, asked)
        .isGreaterThanOrEqualTo(least);
  }

  @Test
  void aBudgetOfAllTokensGivesTheAnswersOfAll() {
    for (Question question : EmbeddedModel.questions().subList(0, 6)) {
      Answer all = ask(question, new NoCompression());
      for (String name : List.of("divprune", "cdpruner", "cdpruner-centred", "ppllava")) {
        Answer answer = ask(question, method(name, 256));
        assertThat(answer.outputIds()).as(name).isEqualTo(all.outputIds());
        assertThat(answer.visualTokensAfter()).isEqualTo(256);
      }
    }
  }

  @Test
  void aBatchGuidedByDifferentQuestionsGivesWhatTheyGiveAlone() {
    List<Question> questions = EmbeddedModel.questions().subList(0, 4);
    for (String name : List.of("cdpruner", "ppllava")) {
      TokenCompressor method = method(name, 32);
      List<Request> requests =
          questions.stream()
              .map(q -> Request.of(ImageDecoder.decode(q.image()), q.question()).with(method))
              .toList();
      List<Answer> together = pocket.askAll(requests, OPTIONS);
      for (int i = 0; i < questions.size(); i++) {
        Answer alone = pocket.ask(requests.get(i), OPTIONS, TokenListener.NONE);
        assertThat(together.get(i).outputIds()).as(name).isEqualTo(alone.outputIds());
      }
    }
  }

  @Test
  void picturesOfOnePromptAreReadTogetherInABatchToo() {
    List<Question> questions = EmbeddedModel.questions();
    List<Visual> many =
        IntStream.range(0, 3)
            .mapToObj(i -> new Visual.Picture(ImageDecoder.decode(questions.get(5 * i).image())))
            .map(Visual.class::cast)
            .toList();
    TokenCompressor method = method("ppllava", 16);
    Request several = Request.of(many, "How many objects are there?").with(method);
    Request single = Request.of(many.subList(0, 1), "How many objects are there?").with(method);
    List<Answer> together = pocket.askAll(List.of(several, single, several), OPTIONS);
    Answer alone = pocket.ask(several, OPTIONS, TokenListener.NONE);
    assertThat(together.get(0).outputIds()).isEqualTo(alone.outputIds());
    assertThat(together.get(2).outputIds()).isEqualTo(alone.outputIds());
    assertThat(together.get(0).provenance().get(0).scores())
        .isEqualTo(alone.provenance().get(0).scores());
    assertThat(sum(alone.provenance())).isCloseTo(1, within(1e-4));
    assertThat(sum(together.get(1).provenance())).isCloseTo(1, within(1e-4));
  }

  private static double sum(List<Provenance> pictures) {
    double sum = 0;
    for (Provenance picture : pictures) {
      for (float score : picture.scores()) {
        sum += score;
      }
    }
    return sum;
  }

  private static TokenCompressor method(String name, int keep) {
    Budget budget = new Budget(keep, new TowerShape(4, 16, true), new DecoderShape(4));
    return Compressors.byName(name).make(budget, Settings.none());
  }

  private static Answer ask(Question question, TokenCompressor compressor) {
    Request request =
        Request.of(ImageDecoder.decode(question.image()), question.question()).with(compressor);
    return pocket.ask(request, OPTIONS, TokenListener.NONE);
  }

  private static void compare(
      Question question, TokenCompressor compressor, String expected, List<String> different) {
    Answer answer = ask(question, compressor);
    if (!answer.text().strip().equals(expected)) {
      different.add(
          String.format(
              "%s %s: expected \"%s\", got \"%s\"",
              question.image().getFileName(), question.question(), expected, answer.text()));
    }
  }
}
