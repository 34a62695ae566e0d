// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Another JVM, by default on the class path of the tests, what it prints kept in a file. */
public final class ChildJvm {
  private final Process process;
  private final Path output;

  private ChildJvm(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Starts {@code main} with {@code arguments}; {@code output} receives both of its streams. */
  public static ChildJvm start(
      Class<?> main, Path output, List<String> options, String... arguments) throws IOException {
    return startOn(classPath(), main, output, options, Map.of(), arguments);
  }

  /** As {@link #start}, on a class path of its own, with more environment variables. */
  public static ChildJvm startOn(
      String classPath,
      Class<?> main,
      Path output,
      List<String> options,
      Map<String, String> environment,
      String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:ErrorFile=" + output + ".hs_err");
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"); // only what main prints
    command.addAll(options);
    command.add("-cp");
    command.add(classPath);
    command.add(main.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    return new ChildJvm(builder.start(), output);
  }

  /** Waits for the end, which must be a successful one; the lines it printed. */
  public List<String> lines() throws IOException, InterruptedException {
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("ended within five minutes").isTrue();
    String printed = Files.readString(output);
    assertThat(process.exitValue()).as(printed).isZero();
    return printed.lines().toList();
  }

  /** Waits for the end, which must not be a successful one; what it printed. */
  public String failure() throws IOException, InterruptedException {
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("ended within five minutes").isTrue();
    String printed = Files.readString(output);
    assertThat(process.exitValue()).as(printed).isNotZero();
    return printed;
  }

  /** Surefire may hide the class path in a jar's manifest; it says here what that holds. */
  public static String classPath() {
    String paths = System.getProperty("surefire.test.class.path");
    return paths == null ? System.getProperty("java.class.path") : paths;
  }
}
