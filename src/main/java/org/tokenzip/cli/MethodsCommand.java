// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import java.util.concurrent.Callable;
import org.tokenzip.compress.CompressionMethod;
import org.tokenzip.compress.Compressors;
import org.tokenzip.compress.Setting;
import picocli.CommandLine.Command;

/** What {@code --method} takes. */
@Command(
    name = "methods",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = "Lists the ways to compress visual tokens.",
    footer = {"", "Example:", "  tokenzip methods"})
final class MethodsCommand implements Callable<Integer> {
  private final Terminal terminal;

  MethodsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    for (CompressionMethod method : Compressors.all()) {
      terminal.out().println(terminal.bold(method.name()));
      line("", method.description());
      line("acts", method.actsAt());
      line("needs", method.needs());
      line("cost", method.cost());
      line("paper", method.paper());
      for (Setting setting : method.settings()) {
        line(
            "--set " + setting.name(), setting.meaning() + " (default " + setting.fallback() + ")");
      }
    }
    return 0;
  }

  private void line(String label, String text) {
    if (!text.isEmpty() && !text.equals("-")) {
      terminal.out().println("  " + (label.isEmpty() ? "" : terminal.dim(label + ": ")) + text);
    }
  }
}
