// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.tokenzip.pipeline.Answer;
import org.tokenzip.pipeline.Stage;

/** One line about what an answer cost. */
final class Summary {
  private Summary() {}

  static String of(Answer answer) {
    List<String> parts = new ArrayList<>();
    if (answer.visualTokensBefore() > 0) {
      parts.add(
          answer.visualTokensBefore() + " → " + answer.visualTokensAfter() + " visual tokens");
    }
    parts.add("prompt of " + answer.promptTokens());
    for (Stage stage : Stage.values()) {
      if (answer.timings().nanos(stage) > 0) {
        parts.add(title(stage) + " " + millis(answer.timings().millis(stage)));
      }
    }
    return String.join(" · ", parts);
  }

  static String title(Stage stage) {
    return stage == Stage.SELECT_MERGE ? "select+merge" : stage.key().replace('_', ' ');
  }

  static String millis(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f ms" : "%.0f ms", value);
  }
}
