// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.pipeline.GenerationOptions;
import org.tokenzip.pipeline.LlavaPipeline;
import org.tokenzip.pipeline.Visual;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** Several questions about a picture or a video. */
@Command(
    name = "chat",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false,
    description =
        "Talks about a picture or a video over several turns. It is read once; later turns reuse its"
            + " tokens. One line is one message; also works with piped lines.",
    footer = {
      "",
      "Lines that are no messages:",
      "  /image FILE  begins again with another picture",
      "  /video FILE  begins again with a video",
      "  /reset       forgets the conversation, keeps the picture",
      "  /quit        ends, as the end of the input does",
      "",
      "Examples:",
      "  tokenzip chat --image scene.png",
      "  printf 'How many objects are there?\\nWhich is the largest?\\n' | tokenzip chat -i scene.png"
    })
final class ChatCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ModelOptions model = new ModelOptions();

  @Mixin private VisualFlags visual = new VisualFlags();

  @Mixin private CompressionFlags compression = new CompressionFlags();
  @Mixin private GenerationFlags generation = new GenerationFlags();

  ChatCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    compression.check();
    GenerationOptions options = generation.options();
    List<Visual> visuals = visual.read();
    TokenCompressor compressor = compression.compressor(model.config());
    try (LlavaPipeline pipeline = model.load(terminal, compressor);
        ChatSession session = new ChatSession(terminal, pipeline, options, visual, visuals)) {
      return converse(session) || terminal.isInteractive() ? ExitCode.OK : ExitCode.USAGE;
    }
  }

  /** Takes lines until there are no more; false if one of them was refused. */
  private boolean converse(ChatSession session) {
    if (terminal.isInteractive()) {
      terminal.note("/image FILE, /video FILE, /reset, /quit; every other line is a message");
    }
    boolean good = true;
    while (!session.isOver()) {
      if (terminal.isInteractive()) {
        terminal.out().print(terminal.bold("› "));
        terminal.out().flush();
      }
      String line = nextLine();
      if (line == null) {
        break;
      }
      good &= answered(session, line);
    }
    return good;
  }

  private boolean answered(ChatSession session, String line) {
    try {
      session.take(line);
      return true;
    } catch (RuntimeException e) {
      if (!ErrorReport.isBadInput(e)) {
        throw e;
      }
      terminal.err().println(terminal.red("tokenzip: ") + ErrorReport.sentence(e));
      return false;
    }
  }

  private @Nullable String nextLine() {
    try {
      return terminal.in().readLine();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the next message from stdin", e);
    }
  }
}
