// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import me.tongfei.progressbar.ProgressBarConsumer;

/** One line on stderr that is written over and in the end wiped; silent where nobody watches. */
final class StatusLine implements ProgressBarConsumer {
  private static final String WIPE = "\r\u001B[K";

  private final Terminal terminal;
  private boolean shown;

  StatusLine(Terminal terminal) {
    this.terminal = terminal;
  }

  /** A line that says {@code text} until it is closed. */
  static StatusLine show(Terminal terminal, String text) {
    StatusLine line = new StatusLine(terminal);
    line.accept(text);
    return line;
  }

  @Override
  public int getMaxRenderedLength() {
    return terminal.width() - 1;
  }

  @Override
  public void accept(String text) {
    if (terminal.showsProgress()) {
      terminal.err().print(WIPE + text);
      terminal.err().flush();
      shown = true;
    }
  }

  @Override
  public void clear() {
    if (shown) {
      terminal.err().print(WIPE);
      terminal.err().flush();
      shown = false;
    }
  }

  @Override
  public void close() {
    clear();
  }
}
