// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import java.io.IOException;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.tokenzip.runtime.NonFiniteInputException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** One sentence on stderr per failure; a stack trace only with {@code --debug}. */
final class ErrorReport implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private final Terminal terminal;
  private final BooleanSupplier debug;

  ErrorReport(Terminal terminal, BooleanSupplier debug) {
    this.terminal = terminal;
    this.debug = debug;
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    print(sentence(e), e);
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    terminal.err().println("See '" + command + " --help'.");
    return ExitCode.USAGE;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult result) {
    print(sentence(e), e);
    return isBadInput(e) ? ExitCode.USAGE : ExitCode.SOFTWARE;
  }

  /** For the Java heap; native memory that runs out arrives as an exception. */
  int outOfMemory(OutOfMemoryError e) {
    print("the Java heap of " + (Runtime.getRuntime().maxMemory() >> 20) + " MB is full", e);
    return ExitCode.SOFTWARE;
  }

  /** For standard output that takes no more. */
  int outputLost(IOException e) {
    print("standard output cannot be written: " + e.getMessage(), e);
    return ExitCode.SOFTWARE;
  }

  /** The library's contract: what the user can mend arrives as one of these. */
  static boolean isBadInput(Throwable e) {
    return e instanceof IllegalArgumentException
        || e instanceof UnsupportedOperationException
        || e instanceof NonFiniteInputException;
  }

  /** What went wrong, on one line, beginning with a small letter as messages of commands do. */
  static String sentence(Throwable e) {
    String message = e.getMessage();
    if (message == null || message.isBlank()) {
      return "internal failure: " + e.getClass().getName() + " (--debug shows where)";
    }
    String line =
        message
            .strip()
            .replaceAll("\\s*\\R\\s*", " ")
            .replace("option option", "option"); // as picocli says of an entry without a value
    if (line.endsWith(".") && line.indexOf(". ") < 0) {
      line = line.substring(0, line.length() - 1);
    }
    boolean word = line.length() > 1 && Character.isLowerCase(line.charAt(1));
    return word ? line.substring(0, 1).toLowerCase(Locale.ROOT) + line.substring(1) : line;
  }

  private void print(String sentence, Throwable e) {
    terminal.err().println(terminal.red("tokenzip: ") + sentence);
    if (debug.getAsBoolean()) {
      e.printStackTrace(terminal.err());
    }
  }
}
