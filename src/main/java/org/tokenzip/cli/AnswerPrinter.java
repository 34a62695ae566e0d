// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import org.tokenzip.pipeline.Answer;
import org.tokenzip.pipeline.TokenListener;

/**
 * Prints an answer while it grows, without the blanks around it. Until it begins, a status line
 * says what is being waited for.
 */
final class AnswerPrinter implements TokenListener, AutoCloseable {
  private final Terminal terminal;
  private final StatusLine waiting;
  private String held = ""; // blanks, printed only if something follows them
  private boolean begun;

  AnswerPrinter(Terminal terminal, String waitingFor) {
    this.terminal = terminal;
    this.waiting = StatusLine.show(terminal, waitingFor);
  }

  @Override
  public void onText(String text) {
    String fresh = begun ? held + text : text.stripLeading();
    String body = fresh.stripTrailing();
    held = begun || !body.isEmpty() ? fresh.substring(body.length()) : "";
    if (!body.isEmpty()) {
      waiting.clear();
      begun = true;
      terminal.out().print(body);
      terminal.out().flush();
    }
  }

  /** Ends the line, and notes beside it what the answer cost. */
  void finish(Answer answer) {
    waiting.clear();
    terminal.out().println();
    terminal.note(Summary.of(answer));
  }

  @Override
  public void close() {
    waiting.close();
  }
}
