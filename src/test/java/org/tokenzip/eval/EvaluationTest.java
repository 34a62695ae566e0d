// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tokenzip.compress.Budget;
import org.tokenzip.compress.CompressionMethod;
import org.tokenzip.compress.Compressors;
import org.tokenzip.compress.DecoderShape;
import org.tokenzip.compress.TowerShape;
import org.tokenzip.eval.scene.QuestionKind;
import org.tokenzip.pipeline.EmbeddedModel;
import org.tokenzip.pipeline.EmbeddedModel.Question;
import org.tokenzip.pipeline.LlavaPipeline;
import org.tokenzip.testing.NoLeaks;

@ExtendWith(NoLeaks.class)
class EvaluationTest {
  private static final Evaluation.Listener NOBODY = (answered, total, method, keep) -> {};
  private static final List<CompressionMethod> METHODS =
      List.of(Compressors.byName("none"), Compressors.byName("visionzip"));

  private static LlavaPipeline pocket;

  @BeforeAll
  static void load() {
    pocket = LlavaPipeline.load(EmbeddedModel.directory());
    // The first method that reads the question loads the text tower, which the pipeline keeps.
    new Evaluation(pocket, 1, NOBODY)
        .run(
            List.of(Compressors.byName("ppllava")),
            List.of(budget(64)),
            QuestionSet.fresh(1, 1, 224));
  }

  @AfterAll
  static void close() {
    pocket.close();
  }

  @Test
  void bundledScenesScoreAsRecordedWithTheModel() {
    List<Score> scores =
        new Evaluation(pocket, 24, NOBODY).run(METHODS, List.of(budget(64)), QuestionSet.bundled());
    assertThat(scores).extracting(Score::method).containsExactly("none", "visionzip");
    assertThat(scores).extracting(Score::visualTokens).containsExactly(256.0, 64.0);
    requireRecorded(scores.get(0).tally(), Question::full);
    requireRecorded(scores.get(1).tally(), Question::visionZip64);
  }

  private static void requireRecorded(Tally tally, Function<Question, String> answer) {
    for (QuestionKind kind : QuestionKind.values()) {
      List<Question> own =
          EmbeddedModel.questions().stream().filter(q -> q.type().equals(kind.word())).toList();
      assertThat(tally.asked(kind)).isEqualTo(own.size());
      assertThat(tally.right(kind))
          .as(kind.word())
          .isEqualTo((int) own.stream().filter(q -> answer.apply(q).equals(q.answer())).count());
    }
  }

  /** It was trained on scenes of another generator; were ours unlike them, it would show here. */
  @Test
  void theModelKnowsFreshScenes() {
    QuestionSet fresh = QuestionSet.fresh(40, 11, 224);
    Tally tally =
        new Evaluation(pocket, 24, NOBODY)
            .run(METHODS.subList(0, 1), List.of(budget(256)), fresh)
            .get(0)
            .tally();
    assertThat(tally.accuracy()).isGreaterThan(0.75); // 0.84 as measured by its makers
    assertThat(tally.accuracy(QuestionKind.BACKGROUND)).isEqualTo(1);
    assertThat(tally.accuracy(QuestionKind.COLOR)).isGreaterThan(0.85);
  }

  @Test
  void everyMethodRunsOnTheEmbeddedModel() {
    List<Score> scores =
        new Evaluation(pocket, 6, NOBODY)
            .run(Compressors.all(), List.of(budget(64)), QuestionSet.fresh(1, 4, 224));
    assertThat(scores).hasSameSizeAs(Compressors.all());
    assertThat(scores).allMatch(score -> score.refusal() == null);
  }

  @Test
  void theSizeOfABatchChangesNothing() {
    QuestionSet fresh = QuestionSet.fresh(3, 2, 224);
    List<List<Integer>> right = new ArrayList<>();
    for (int batch : new int[] {1, 5, 100}) {
      Tally tally =
          new Evaluation(pocket, batch, NOBODY)
              .run(METHODS.subList(1, 2), List.of(budget(64)), fresh)
              .get(0)
              .tally();
      right.add(Arrays.stream(QuestionKind.values()).map(tally::right).toList());
    }
    assertThat(right).containsOnly(right.get(0));
  }

  @Test
  void aMethodThatCannotRunSaysWhyAndTheOthersGoOn() {
    CompressionMethod choosy =
        new CompressionMethod(
            "choosy",
            "",
            "",
            "",
            "",
            "",
            List.of(),
            (budget, settings) -> {
              throw new UnsupportedOperationException("choosy: expected a moon, got none");
            });
    List<Long> heard = new ArrayList<>();
    List<Score> scores =
        new Evaluation(pocket, 4, (answered, total, method, keep) -> heard.add(answered))
            .run(
                List.of(choosy, METHODS.get(1)), List.of(budget(32)), QuestionSet.fresh(1, 1, 224));
    assertThat(scores.get(0).refusal()).isEqualTo("choosy: expected a moon, got none");
    assertThat(scores.get(0).tally().accuracy()).isNaN();
    assertThat(scores.get(1).refusal()).isNull();
    assertThat(scores.get(1).visualTokens()).isEqualTo(32);
    assertThat(heard).isNotEmpty().isSorted();
  }

  @Test
  void freshSetsRepeat() {
    assertThat(QuestionSet.fresh(2, 9, 112)).isEqualTo(QuestionSet.fresh(2, 9, 112));
    assertThat(QuestionSet.fresh(2, 9, 112)).isNotEqualTo(QuestionSet.fresh(2, 8, 112));
  }

  @Test
  void anEmptyBatchIsRefused() {
    assertThatThrownBy(() -> new Evaluation(pocket, 0, NOBODY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got 0");
  }

  private static Budget budget(int keep) {
    return new Budget(keep, new TowerShape(4, 16, true), new DecoderShape(4));
  }
}
