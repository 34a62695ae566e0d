// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.tokenzip.cli.TextTable.Column;
import org.tokenzip.pipeline.Answer;
import org.tokenzip.pipeline.EmbeddedModel;
import org.tokenzip.pipeline.Stage;
import org.tokenzip.runtime.Device;

/** What the demo prints: every answer with its cost, then the sums per number of visual tokens. */
final class DemoTable {
  private record Row(EmbeddedModel.Question question, Answer answer) {
    boolean isRight() {
      return answer.text().equals(question.answer());
    }

    double total() {
      return answer.timings().millis().values().stream().mapToDouble(Double::doubleValue).sum();
    }
  }

  private final Terminal terminal;
  private final List<List<Row>> questions = new ArrayList<>();

  DemoTable(Terminal terminal) {
    this.terminal = terminal;
  }

  /** One question and its answers, by falling number of visual tokens. */
  void add(EmbeddedModel.Question question, List<Answer> answers) {
    questions.add(answers.stream().map(answer -> new Row(question, answer)).toList());
  }

  void print(Device device) {
    terminal.out().println();
    terminal
        .out()
        .printf(
            "%s  the embedded pocket model on %s, greedy answers; times in milliseconds%n%n",
            terminal.bold("TokenZip demo"), device);
    answers().render(terminal.width()).forEach(terminal.out()::println);
    terminal.out().println();
    sums().render(terminal.width()).forEach(terminal.out()::println);
  }

  private TextTable answers() {
    TextTable table =
        new TextTable(
            Column.elastic("question"),
            Column.left("expected"),
            Column.right("visual\ntokens"),
            Column.left("answer"),
            Column.right("pre-\nprocess"),
            Column.right("vision\ntower"),
            Column.right("select\n+merge"),
            Column.right("pro-\njector"),
            Column.right("pre-\nfill"),
            Column.right("de-\ncode"));
    for (List<Row> rows : questions) {
      EmbeddedModel.Question question = rows.get(0).question();
      List<String> cells = new ArrayList<>();
      cells.add(question.question());
      cells.add(question.answer());
      cells.add(lines(rows, row -> String.valueOf(row.answer().visualTokensAfter())));
      cells.add(lines(rows, this::verdict));
      for (Stage stage : Stage.values()) {
        cells.add(lines(rows, row -> millis(row.answer().timings().millis(stage))));
      }
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  private TextTable sums() {
    TextTable table =
        new TextTable(
            Column.right("visual\ntokens"),
            Column.right("answers\nas expected"),
            Column.right("select+merge\nmean"),
            Column.right("prefill\nmean"),
            Column.right("all stages\nmean"));
    Map<Integer, List<Row>> byTokens =
        questions.stream()
            .flatMap(List::stream)
            .collect(
                Collectors.groupingBy(
                    row -> row.answer().visualTokensAfter(),
                    LinkedHashMap::new,
                    Collectors.toList()));
    byTokens.forEach(
        (tokens, rows) ->
            table.row(
                String.valueOf(tokens),
                rows.stream().filter(Row::isRight).count() + " of " + rows.size(),
                mean(rows, row -> row.answer().timings().millis(Stage.SELECT_MERGE)),
                mean(rows, row -> row.answer().timings().millis(Stage.PREFILL)),
                mean(rows, Row::total)));
    return table;
  }

  private String verdict(Row row) {
    String text = row.answer().text();
    return row.isRight() ? terminal.green("✓ ") + text : terminal.yellow("✗ ") + text;
  }

  private static String lines(List<Row> rows, Function<Row, String> cell) {
    return rows.stream().map(cell).collect(Collectors.joining("\n"));
  }

  private static String mean(List<Row> rows, Function<Row, Double> value) {
    return millis(rows.stream().mapToDouble(value::apply).average().orElse(0));
  }

  private static String millis(double value) {
    String format = value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, format, value);
  }
}
