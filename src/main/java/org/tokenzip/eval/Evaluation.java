// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tokenzip.compress.Budget;
import org.tokenzip.compress.CompressionMethod;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.eval.scene.QuestionKind;
import org.tokenzip.pipeline.Answer;
import org.tokenzip.pipeline.GenerationOptions;
import org.tokenzip.pipeline.LlavaPipeline;
import org.tokenzip.pipeline.Request;

/**
 * Asks a model the same questions once for every method and budget. An answer is right only if the
 * whole greedy answer is the expected one, word for word.
 */
public final class Evaluation {
  /** Hears how far it is. */
  public interface Listener {
    /**
     * A batch is done.
     *
     * @param answered questions so far
     * @param total of all methods and budgets
     * @param method being tried
     * @param keep tokens it keeps
     */
    void heard(long answered, long total, String method, int keep);
  }

  /** Enough for any word or two, and for the description of four objects. */
  private static final int SHORT_ANSWER = 12;

  private static final int CAPTION = 72;

  private final LlavaPipeline pipeline;
  private final int batch;
  private final Listener listener;

  /**
   * An evaluation of one model.
   *
   * @param pipeline borrowed
   * @param batch questions that are answered together, 1 or more
   */
  public Evaluation(LlavaPipeline pipeline, int batch, Listener listener) {
    if (batch < 1) {
      throw new IllegalArgumentException("batch: expected 1 or more questions, got " + batch);
    }
    this.pipeline = pipeline;
    this.batch = batch;
    this.listener = listener;
  }

  /**
   * One score for each method and budget, method by method, budgets in the order given; a single
   * one for no compression, at the first budget. A method that cannot run on this model, or cannot
   * meet a budget, gets a refusal in place of a tally.
   */
  public List<Score> run(
      List<CompressionMethod> methods, List<Budget> budgets, QuestionSet questions) {
    return run(methods, budgets, Map.of(), questions);
  }

  /**
   * As {@link #run(List, List, QuestionSet)}, with hyper-parameters for the methods that know them.
   *
   * @param settings texts by name
   */
  public List<Score> run(
      List<CompressionMethod> methods,
      List<Budget> budgets,
      Map<String, String> settings,
      QuestionSet questions) {
    List<Trial> trials = new ArrayList<>();
    for (CompressionMethod method : methods) {
      boolean isNone = method.name().equals(NoCompression.NAME);
      for (Budget budget : isNone ? budgets.subList(0, 1) : budgets) {
        trials.add(new Trial(method, budget));
      }
    }
    List<Score> scores = new ArrayList<>();
    for (Trial trial : trials) {
      long before = (long) scores.size() * questions.items().size();
      long total = (long) trials.size() * questions.items().size();
      scores.add(
          score(
              trial,
              settings,
              questions,
              answered ->
                  listener.heard(
                      before + answered, total, trial.method.name(), trial.budget.keep())));
    }
    return scores;
  }

  private record Trial(CompressionMethod method, Budget budget) {}

  private interface Progress {
    void answered(int questions);
  }

  private Score score(
      Trial trial, Map<String, String> settings, QuestionSet questions, Progress progress) {
    String method = trial.method.name();
    int keep = trial.budget.keep();
    try {
      TokenCompressor compressor = trial.method.make(trial.budget, trial.method.ownOf(settings));
      Tally tally = new Tally();
      double tokens = 0;
      int answered = 0;
      for (List<QuestionSet.Item> items : batches(questions)) {
        for (Answer answer : answers(items, compressor, tally)) {
          tokens += answer.visualTokensAfter();
        }
        answered += items.size();
        progress.answered(answered);
      }
      return new Score(method, keep, tokens / Math.max(1, answered), tally, null);
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      return Score.refused(method, keep, e);
    }
  }

  private List<Answer> answers(
      List<QuestionSet.Item> items, TokenCompressor compressor, Tally tally) {
    boolean captions = items.get(0).kind() == QuestionKind.CAPTION;
    GenerationOptions options =
        GenerationOptions.defaults().withMaxNewTokens(captions ? CAPTION : SHORT_ANSWER);
    List<Answer> answers =
        pipeline.askAll(
            items.stream()
                .map(item -> Request.of(item.picture(), item.question()).with(compressor))
                .toList(),
            options);
    for (int i = 0; i < items.size(); i++) {
      QuestionSet.Item item = items.get(i);
      tally.add(item.kind(), answers.get(i).text().strip().equals(item.answer()));
    }
    return answers;
  }

  /** Captions apart: the longest answer of a batch decides what all its rows cost. */
  private List<List<QuestionSet.Item>> batches(QuestionSet questions) {
    List<List<QuestionSet.Item>> batches = new ArrayList<>();
    for (boolean captions : new boolean[] {false, true}) {
      List<QuestionSet.Item> items =
          questions.items().stream()
              .filter(item -> (item.kind() == QuestionKind.CAPTION) == captions)
              .toList();
      for (int from = 0; from < items.size(); from += batch) {
        batches.add(items.subList(from, Math.min(items.size(), from + batch)));
      }
    }
    return batches;
  }
}
