// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tokenzip.compress.CompressionMethod;
import org.tokenzip.eval.QuestionSet;
import org.tokenzip.eval.Score;
import org.tokenzip.eval.Tally;
import org.tokenzip.eval.scene.QuestionKind;

/** What an evaluation found, as tables for people or JSON for programs. */
final class EvalReport {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path model;
  private final List<Integer> budgets;
  private final List<CompressionMethod> methods;
  private final Map<String, String> settings;
  private final Map<QuestionSet, List<Score>> scores = new LinkedHashMap<>();

  EvalReport(
      Path model,
      List<Integer> budgets,
      List<CompressionMethod> methods,
      Map<String, String> settings) {
    this.model = model;
    this.budgets = budgets;
    this.methods = methods;
    this.settings = settings;
  }

  void add(QuestionSet questions, List<Score> results) {
    scores.put(questions, results);
  }

  /** The set that was asked last. */
  QuestionSet last() {
    return List.copyOf(scores.keySet()).get(scores.size() - 1);
  }

  List<Score> scores(QuestionSet questions) {
    return scores.getOrDefault(questions, List.of());
  }

  void print(Terminal terminal, boolean byType) {
    scores.forEach(
        (questions, results) -> {
          EvalTables tables = new EvalTables(terminal, questions, results);
          tables.printByBudget(methods, budgets);
          if (byType) {
            tables.printByKind();
          }
        });
  }

  String json() {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("date", LocalDate.now(ZoneOffset.UTC).toString());
    root.put("tokenzip", Main.Version.get());
    root.put("model", String.valueOf(model.getFileName()));
    root.put("settings", new TreeMap<>(settings));
    List<Map<String, Object>> sets = new ArrayList<>();
    scores.forEach(
        (questions, results) -> {
          Map<String, Object> set = new LinkedHashMap<>();
          set.put("questions", questions.name());
          set.put("scenes", questions.scenes());
          set.put("scores", results.stream().map(EvalReport::row).toList());
          sets.add(set);
        });
    root.put("sets", sets);
    try {
      return JSON.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an evaluation cannot be written as JSON", e);
    }
  }

  private static Map<String, Object> row(Score score) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("method", score.method());
    row.put("keep", score.keep());
    if (score.refusal() != null) {
      row.put("refusal", score.refusal());
      return row;
    }
    row.put("visual_tokens", score.visualTokens());
    row.put("accuracy", score.tally().accuracy());
    row.put("by_type", kinds(score.tally()));
    return row;
  }

  private static Map<String, Map<String, Integer>> kinds(Tally tally) {
    Map<String, Map<String, Integer>> kinds = new LinkedHashMap<>();
    for (QuestionKind kind : QuestionKind.values()) {
      Map<String, Integer> counts = new LinkedHashMap<>();
      counts.put("asked", tally.asked(kind));
      counts.put("right", tally.right(kind));
      kinds.put(kind.word(), counts);
    }
    return kinds;
  }
}
