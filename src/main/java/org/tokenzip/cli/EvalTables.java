// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.tokenzip.cli.TextTable.Column;
import org.tokenzip.compress.CompressionMethod;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.eval.QuestionSet;
import org.tokenzip.eval.Score;
import org.tokenzip.eval.scene.QuestionKind;

/** The scores of one question set: method by budget, and by kind of question. */
final class EvalTables {
  private static final String NOTHING = "–";

  private final Terminal terminal;
  private final QuestionSet questions;
  private final List<Score> scores;

  EvalTables(Terminal terminal, QuestionSet questions, List<Score> scores) {
    this.terminal = terminal;
    this.questions = questions;
    this.scores = scores;
  }

  void printByBudget(List<CompressionMethod> methods, List<Integer> budgets) {
    long asked = questions.shortQuestions();
    terminal
        .out()
        .printf(
            Locale.ROOT,
            "%n%s: right answers in %% of %d questions about %d pictures, captions apart;%n"
                + "the standard error is at most %.1f%n%n",
            terminal.bold(questions.name()),
            asked,
            questions.scenes(),
            50 / Math.sqrt((double) asked));
    List<Column> columns = new ArrayList<>(List.of(Column.left("method \\ tokens")));
    budgets.forEach(budget -> columns.add(Column.right(budget.toString())));
    TextTable table = new TextTable(columns.toArray(Column[]::new));
    for (CompressionMethod method : methods) {
      List<String> cells = new ArrayList<>(List.of(method.name()));
      boolean isNone = method.name().equals(NoCompression.NAME);
      for (int i = 0; i < budgets.size(); i++) {
        cells.add(isNone && i > 0 ? "" : cell(method.name(), budgets.get(i)));
      }
      table.row(cells.toArray(String[]::new));
    }
    table.render(terminal.width()).forEach(terminal.out()::println);
    printRefusals();
  }

  /** Each reason once. */
  private void printRefusals() {
    Map<String, Set<String>> refusals = new LinkedHashMap<>();
    for (Score score : scores) {
      if (score.refusal() != null) {
        refusals
            .computeIfAbsent(score.refusal(), reason -> new LinkedHashSet<>())
            .add(score.method() + " at " + score.keep());
      }
    }
    refusals.forEach(
        (reason, who) -> {
          for (String line :
              TextTable.wrap(String.join(", ", who) + ": " + reason, terminal.width() - 2)) {
            terminal.out().println("  " + line);
          }
        });
  }

  void printByKind() {
    List<Column> columns =
        new ArrayList<>(
            List.of(Column.left("method"), Column.right("tokens"), Column.right("all")));
    for (QuestionKind kind : QuestionKind.values()) {
      columns.add(Column.right(header(kind)));
    }
    TextTable table = new TextTable(columns.toArray(Column[]::new));
    for (Score score : scores) {
      if (score.refusal() == null) {
        List<String> cells = new ArrayList<>();
        cells.add(score.method());
        cells.add(Integer.toString(score.keep()));
        cells.add(percent("%.1f", score.tally().accuracy()));
        for (QuestionKind kind : QuestionKind.values()) {
          cells.add(percent("%.0f", score.tally().accuracy(kind)));
        }
        table.row(cells.toArray(String[]::new));
      }
    }
    terminal.out().println();
    table.render(terminal.width()).forEach(terminal.out()::println);
  }

  /** Narrow, so that the table fits a terminal of a hundred columns. */
  private static String header(QuestionKind kind) {
    String word = kind.word().replace('_', '\n');
    return word.length() > 6 && word.indexOf('\n') < 0
        ? word.substring(0, 4) + "-\n" + word.substring(4)
        : word;
  }

  private String cell(String method, int budget) {
    return scores.stream()
        .filter(score -> score.method().equals(method) && score.keep() == budget)
        .map(score -> score.refusal() == null ? percent("%.1f", score.tally().accuracy()) : NOTHING)
        .findFirst()
        .orElse(NOTHING);
  }

  private static String percent(String format, double share) {
    return Double.isNaN(share) ? NOTHING : String.format(Locale.ROOT, format, 100 * share);
  }
}
