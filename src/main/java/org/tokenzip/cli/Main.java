// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Entry point and root command. */
@Command(
    name = "tokenzip",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description =
        "Answers questions about pictures with a LLaVA checkpoint, on a fraction of its visual"
            + " tokens.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  tokenzip demo",
      "  tokenzip ask --image scene.png --prompt 'How many objects are there?' --keep 32",
      "  tokenzip chat --model llava-1.5-7b-hf --image photo.jpg",
      "",
      "Exit codes: 0 success, 1 internal failure, 2 bad input.",
      "Without --model a small model that ships inside is used; it knows synthetic scenes only."
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "On failure also print where it happened.")
  private boolean debug;

  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.getProperties().putIfAbsent("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    System.exit(run(Terminal.system(), args));
  }

  /** Runs one command and returns its exit code. */
  static int run(Terminal terminal, String... args) {
    Main main = new Main();
    ErrorReport errors = new ErrorReport(terminal, () -> main.debug);
    try {
      int code = commandLine(main, terminal, errors).execute(args);
      @Nullable IOException lost = terminal.lost();
      return lost == null || code != ExitCode.OK ? code : errors.outputLost(lost);
    } catch (OutOfMemoryError e) {
      return errors.outOfMemory(e);
    }
  }

  private static CommandLine commandLine(Main main, Terminal terminal, ErrorReport errors) {
    CommandLine commands =
        new CommandLine(main)
            .addSubcommand(new DemoCommand(terminal))
            .addSubcommand(new AskCommand(terminal))
            .addSubcommand(new ChatCommand(terminal))
            .addSubcommand(new EvalCommand(terminal))
            .addSubcommand(new DoctorCommand(terminal))
            .addSubcommand(new MethodsCommand(terminal));
    return commands
        .registerConverter(Path.class, new PathConverter())
        .setOut(terminal.outWriter())
        .setErr(terminal.errWriter())
        .setColorScheme(CommandLine.Help.defaultColorScheme(terminal.ansi()))
        .setUsageHelpWidth(Math.min(terminal.width(), 100))
        .setUsageHelpAutoWidth(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(errors)
        .setExecutionExceptionHandler(errors);
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** The jar's version. */
  static final class Version implements IVersionProvider {
    static String get() {
      String version = Main.class.getPackage().getImplementationVersion();
      return version == null ? "development" : version;
    }

    @Override
    public String[] getVersion() {
      return new String[] {"TokenZip " + get()};
    }
  }
}
