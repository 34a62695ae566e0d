// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tokenzip.runtime.NativeRuntime;
import org.tokenzip.runtime.RuntimeReport;
import org.tokenzip.text.PromptTokenizer;
import org.tokenzip.text.TokenizerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/** What this installation runs on. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description =
        "Shows versions, natives, processor and GPU, and what is missing. Exit code 0 means that"
            + " models can run here.",
    footer = {"", "Example:", "  tokenzip doctor"})
final class DoctorCommand implements Callable<Integer> {
  private final Terminal terminal;

  DoctorCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    RuntimeReport report = NativeRuntime.report();
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("tokenzip", Main.Version.get());
    versions.putAll(report.versions());
    versions.computeIfPresent("glibc", (name, version) -> version + " (2.35 or newer is needed)");
    versions.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    section("Versions", versions);

    Map<String, String> machine = new LinkedHashMap<>();
    machine.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    machine.put("extensions", String.join(" ", report.cpuFeatures()));
    section("Processor", machine);

    @Nullable String noCuda = report.noCudaReason();
    section("GPU", Map.of("cuda", noCuda == null ? devices(report) : "none: " + noCuda));

    Map<String, String> natives = new LinkedHashMap<>();
    natives.put("flavour", report.flavour() == null ? "none" : report.flavour().classifier());
    natives.put("build", report.buildInfo());
    section("Natives", natives);

    Map<String, String> libraries = new LinkedHashMap<>();
    report.libraries().forEach((name, file) -> libraries.put(name, file.toString()));
    @Nullable String problem = report.problem();
    try {
      libraries.put("tokenizers", PromptTokenizer.nativeLibrary().toString());
    } catch (TokenizerException e) {
      problem = problem == null ? e.getMessage() : problem + " Also, " + e.getMessage();
    }
    section("Libraries", libraries);
    return verdict(problem);
  }

  private int verdict(@Nullable String problem) {
    terminal.out().println();
    if (problem == null) {
      terminal.out().println(terminal.green("✓ ") + "models can run here");
      return ExitCode.OK;
    }
    terminal.out().println(terminal.yellow("✗ ") + problem);
    return ExitCode.SOFTWARE;
  }

  private static String devices(RuntimeReport report) {
    return report.cudaDevices() == 1 ? "1 device" : report.cudaDevices() + " devices";
  }

  /** A heading and its lines, values aligned; only values with blanks are broken. */
  private void section(String title, Map<String, String> lines) {
    terminal.out().println();
    terminal.out().println(terminal.bold(title));
    int indent = lines.keySet().stream().mapToInt(String::length).max().orElse(0) + 4;
    lines.forEach(
        (label, value) -> {
          String head = "  " + label;
          int room = value.contains(" ") ? terminal.width() - indent : value.length();
          for (String line : TextTable.wrap(value, room)) {
            terminal.out().println(head + " ".repeat(indent - head.length()) + line);
            head = "";
          }
        });
  }
}
