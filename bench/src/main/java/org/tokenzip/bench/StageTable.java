// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench;

import java.util.Map;
import java.util.Set;

/**
 * Time per stage of whole answers, for several budgets of visual tokens.
 *
 * @param benchmark what was measured
 * @param rows budget to stage to milliseconds per answer; the same stages in every row
 */
record StageTable(String benchmark, Map<String, Map<String, Samples>> rows) {

  /** Medians in milliseconds, a row per budget. */
  String markdown() {
    Set<String> stages = rows.values().iterator().next().keySet();
    StringBuilder text = new StringBuilder();
    text.append(benchmark).append(", medians in milliseconds:\n\n");
    text.append("| budget | ").append(String.join(" | ", stages)).append(" |\n");
    text.append("|---|").append("---|".repeat(stages.size())).append('\n');
    rows.forEach(
        (budget, row) -> {
          text.append("| ").append(budget).append(" |");
          row.values()
              .forEach(stage -> text.append(' ').append(Target.text(stage.median())).append(" |"));
          text.append('\n');
        });
    return text.toString();
  }
}
