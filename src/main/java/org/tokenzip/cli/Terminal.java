// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/**
 * The three standard streams, all UTF-8, and what is known about them: decoration goes to terminals
 * only, and colour only where {@code NO_COLOR} does not forbid it.
 */
final class Terminal {
  private static final int DEFAULT_WIDTH = 100;
  private static final int NARROWEST = 80;
  private static final int WIDEST = 120;

  private final BufferedReader in;
  private final Outlet outlet;
  private final PrintStream out;
  private final PrintStream err;
  private final boolean inTerminal;
  private final boolean outTerminal;
  private final boolean errTerminal;
  private final boolean colour;
  private final int width;

  private Terminal(
      InputStream in,
      OutputStream out,
      OutputStream err,
      boolean inTerminal,
      boolean outTerminal,
      boolean errTerminal,
      boolean colour,
      int width) {
    this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    outlet = new Outlet(out);
    this.out = new PrintStream(outlet, true, StandardCharsets.UTF_8);
    this.err = new PrintStream(err, true, StandardCharsets.UTF_8);
    this.inTerminal = inTerminal;
    this.outTerminal = outTerminal;
    this.errTerminal = errTerminal;
    this.colour = colour;
    this.width = width;
  }

  /** The process's own streams. */
  static Terminal system() {
    return new Terminal(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        isTerminal(0),
        isTerminal(1),
        isTerminal(2),
        !isSet("NO_COLOR") && !"dumb".equals(System.getenv("TERM")),
        columns());
  }

  /** Streams that lead nowhere but to a program. */
  static Terminal piped(InputStream in, OutputStream out, OutputStream err) {
    return new Terminal(in, out, err, false, false, false, false, DEFAULT_WIDTH);
  }

  BufferedReader in() {
    return in;
  }

  PrintStream out() {
    return out;
  }

  PrintStream err() {
    return err;
  }

  /** Why a part of the output is lost; null if none is, or nobody wants it any more. */
  @Nullable IOException lost() {
    out.flush();
    return outlet.lost();
  }

  PrintWriter outWriter() {
    return new PrintWriter(out, true, StandardCharsets.UTF_8);
  }

  PrintWriter errWriter() {
    return new PrintWriter(err, true, StandardCharsets.UTF_8);
  }

  /** Whether a person types and reads along. */
  boolean isInteractive() {
    return inTerminal && outTerminal;
  }

  boolean showsProgress() {
    return errTerminal;
  }

  /** Columns to lay tables out for. */
  int width() {
    return width;
  }

  Ansi ansi() {
    return colour && outTerminal ? Ansi.ON : Ansi.OFF;
  }

  String bold(String text) {
    return styled("1", text, outTerminal);
  }

  String dim(String text) {
    return styled("2", text, outTerminal);
  }

  String green(String text) {
    return styled("32", text, outTerminal);
  }

  String yellow(String text) {
    return styled("33", text, outTerminal);
  }

  /** For stderr. */
  String red(String text) {
    return styled("31", text, errTerminal);
  }

  /** A remark beside the answer: dimmed, on stderr, for people only. */
  void note(String text) {
    if (errTerminal) {
      err.println(styled("2", text, true));
    }
  }

  private String styled(String code, String text, boolean terminal) {
    return colour && terminal ? "\u001B[" + code + "m" + text + "\u001B[0m" : text;
  }

  private static boolean isSet(String variable) {
    String value = System.getenv(variable);
    return value != null && !value.isEmpty();
  }

  private static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException e) {
      return false; // a closed stream
    }
  }

  private static int columns() {
    String columns = System.getenv("COLUMNS");
    if (columns == null || !columns.matches("\\d{1,4}")) {
      return DEFAULT_WIDTH;
    }
    return Math.max(NARROWEST, Math.min(WIDEST, Integer.parseInt(columns)));
  }
}
