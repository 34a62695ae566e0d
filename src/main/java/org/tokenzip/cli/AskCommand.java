// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.image.RgbImage;
import org.tokenzip.pipeline.Answer;
import org.tokenzip.pipeline.GenerationOptions;
import org.tokenzip.pipeline.LlavaPipeline;
import org.tokenzip.pipeline.Request;
import org.tokenzip.pipeline.TokenListener;
import org.tokenzip.pipeline.Visual;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One question about pictures or a video. */
@Command(
    name = "ask",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false,
    description =
        "Answers one question about a picture, or several, or a video. The answer streams to stdout.",
    footer = {
      "",
      "Examples:",
      "  tokenzip ask --image scene.png --prompt 'How many objects are there?'",
      "  tokenzip ask -m llava-1.5-7b-hf -i photo.jpg -p 'What is this?' --keep 128",
      "  tokenzip ask -i scene.png -p 'Which shape is red?' --dominant 20 --contextual 4",
      "  tokenzip ask -i scene.png -p 'Which shape is red?' --json | jq .timings_ms",
      "  tokenzip ask -m video-llava-7b-hf --video clip.mp4 -p 'What happens?' --frames 8"
    })
final class AskCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ModelOptions model = new ModelOptions();

  @Mixin private VisualFlags visual = new VisualFlags();

  @Option(
      names = {"-p", "--prompt"},
      required = true,
      paramLabel = "TEXT",
      description = "The question.")
  private String prompt = "";

  @Mixin private CompressionFlags compression = new CompressionFlags();
  @Mixin private GenerationFlags generation = new GenerationFlags();

  @Option(
      names = "--overlay",
      paramLabel = "PNG",
      description = "Draws the kept and merged patches over the picture, into this file.")
  private @Nullable Path overlay;

  @Option(
      names = "--json",
      description = "Prints one JSON object instead: answer, token counts, provenance, timings.")
  private boolean json;

  AskCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    // Everything that can be refused is, before gigabytes of weights are read.
    compression.check();
    GenerationOptions options = generation.options();
    if (prompt.isBlank()) {
      throw new IllegalArgumentException("--prompt: expected a question, got none");
    }
    if (overlay != null) {
      OverlayFile.requireWritable(overlay);
      visual.requireOther("--overlay", overlay);
    }
    List<Visual> visuals = visual.read();
    if (visuals.isEmpty()) {
      throw new IllegalArgumentException("expected --image=FILE or --video=FILE, got neither");
    }
    @Nullable RgbImage drawn = overlay == null ? null : OverlayFile.picture(visuals);
    TokenCompressor compressor = compression.compressor(model.config());
    try (LlavaPipeline pipeline = model.load(terminal, compressor)) {
      Request request = Request.of(visuals, prompt);
      Answer answer = json ? ask(pipeline, request, options) : stream(pipeline, request, options);
      if (json) {
        terminal.out().println(JsonAnswer.of(answer));
      }
      if (overlay != null && drawn != null) {
        OverlayFile.write(overlay, pipeline, drawn, answer);
        terminal.note("patches drawn to " + overlay);
      }
    }
    return ExitCode.OK;
  }

  private Answer ask(LlavaPipeline pipeline, Request request, GenerationOptions options) {
    try (StatusLine waiting = StatusLine.show(terminal, "reading the picture …")) {
      return pipeline.ask(request, options, TokenListener.NONE);
    }
  }

  private Answer stream(LlavaPipeline pipeline, Request request, GenerationOptions options) {
    try (AnswerPrinter printer = new AnswerPrinter(terminal, "reading the picture …")) {
      Answer answer = pipeline.ask(request, options, printer);
      printer.finish(answer);
      return answer;
    }
  }
}
