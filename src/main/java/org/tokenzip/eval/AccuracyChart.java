// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tokenzip.compress.CompressionMethod;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.image.LineChart;

/**
 * Share of right answers over visual tokens, one line for each method, the best on average first.
 * Methods without a paper, the baselines, are dashed, and no compression is a level line.
 */
public final class AccuracyChart {
  private static final double STEP = 10;

  private AccuracyChart() {}

  /**
   * The chart of one question set.
   *
   * @throws IllegalArgumentException if no method ran
   */
  public static LineChart of(
      List<CompressionMethod> methods, QuestionSet questions, List<Score> scores) {
    List<Score> ran = scores.stream().filter(score -> score.refusal() == null).toList();
    if (ran.isEmpty()) {
      throw new IllegalArgumentException("chart: expected a method that runs, got none");
    }
    List<Integer> budgets = ran.stream().map(Score::keep).distinct().sorted().toList();
    List<LineChart.Series> series = new ArrayList<>();
    byMethod(ran)
        .forEach(
            (name, own) -> {
              boolean baseline =
                  methods.stream().anyMatch(m -> m.name().equals(name) && m.paper().isEmpty());
              series.add(new LineChart.Series(name, baseline, points(name, own, budgets)));
            });
    series.sort(Comparator.comparingDouble(AccuracyChart::mean).reversed());
    return new LineChart(
        "visual tokens",
        "right answers in %, " + questions.shortQuestions() + " questions, " + questions.name(),
        budgets.stream().map(keep -> new LineChart.Tick(log(keep), keep.toString())).toList(),
        lowest(ran),
        100,
        STEP,
        series);
  }

  private static Map<String, List<Score>> byMethod(List<Score> scores) {
    Map<String, List<Score>> byMethod = new LinkedHashMap<>();
    scores.forEach(
        score -> byMethod.computeIfAbsent(score.method(), name -> new ArrayList<>()).add(score));
    return byMethod;
  }

  private static List<LineChart.Point> points(
      String method, List<Score> scores, List<Integer> budgets) {
    if (method.equals(NoCompression.NAME)) {
      double accuracy = 100 * scores.get(0).tally().accuracy();
      return budgets.stream().map(keep -> new LineChart.Point(log(keep), accuracy)).toList();
    }
    return scores.stream()
        .sorted(Comparator.comparingInt(Score::keep))
        .map(score -> new LineChart.Point(log(score.keep()), 100 * score.tally().accuracy()))
        .toList();
  }

  private static double lowest(List<Score> scores) {
    double lowest = scores.stream().mapToDouble(score -> score.tally().accuracy()).min().orElse(0);
    return Math.min(100 - STEP, STEP * Math.floor(100 * lowest / STEP));
  }

  private static double mean(LineChart.Series series) {
    return series.points().stream().mapToDouble(LineChart.Point::y).average().orElse(0);
  }

  private static double log(int tokens) {
    return Math.log(tokens) / Math.log(2);
  }
}
