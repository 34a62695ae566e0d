// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.tokenzip.cli.TextTable.Column;

class TextTableTest {
  @Test
  void alignsColumnsUnderTheirHeaders() {
    TextTable table =
        new TextTable(Column.left("name"), Column.right("long\nn"))
            .row("a", "1")
            .row("bcdef", "20");
    assertThat(table.render(80))
        .containsExactly(
            "       long", //
            "name      n",
            "─────  ────",
            "a         1",
            "bcdef    20");
  }

  @Test
  void breaksTheElasticColumnToFit() {
    TextTable table =
        new TextTable(Column.elastic("question"), Column.left("x"))
            .row("one two three four five six", "1\n2")
            .row("short", "3");
    assertThat(table.render(20))
        .containsExactly(
            "question           x",
            "─────────────────  ─",
            "one two three      1",
            "four five six      2",
            "",
            "short              3");
  }

  @Test
  void coloursTakeNoRoom() {
    TextTable table =
        new TextTable(Column.left("a"), Column.left("b")).row("\u001B[32mok\u001B[0m", "x");
    assertThat(table.render(80).get(2)).isEqualTo("\u001B[32mok\u001B[0m  x");
  }

  @Test
  void wrapsAtBlanksAndCutsWhatIsTooLong() {
    assertThat(TextTable.wrap("ab cd ef", 5)).containsExactly("ab cd", "ef");
    assertThat(TextTable.wrap("abcdefgh", 3)).containsExactly("abc", "def", "gh");
    assertThat(TextTable.wrap("漢字 かな", 2)).containsExactly("漢字", "かな");
  }

  @Test
  void refusesARowOfAnotherLength() {
    assertThatThrownBy(() -> new TextTable(Column.left("a")).row("1", "2"))
        .isInstanceOf(IllegalStateException.class);
  }
}
