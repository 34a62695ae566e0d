// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.compress.VisionZip;
import org.tokenzip.compress.VisionZipOptions;
import org.tokenzip.image.ImageDecoder;
import org.tokenzip.image.RgbImage;
import org.tokenzip.pipeline.Answer;
import org.tokenzip.pipeline.EmbeddedModel;
import org.tokenzip.pipeline.GenerationOptions;
import org.tokenzip.pipeline.LlavaPipeline;
import org.tokenzip.pipeline.Request;
import org.tokenzip.pipeline.TokenListener;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows on the embedded model what compression saves and what it costs. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false,
    description =
        "Asks the embedded model about bundled pictures, with all visual tokens and with fewer, and"
            + " draws which patches were kept.",
    footer = {"", "Examples:", "  tokenzip demo", "  tokenzip demo --overlay patches.png"})
final class DemoCommand implements Callable<Integer> {
  private static final List<TokenCompressor> COMPRESSORS =
      List.of(
          new NoCompression(),
          new VisionZip(VisionZipOptions.forBudget(64)),
          new VisionZip(VisionZipOptions.forBudget(32)));

  /** Index of the one that is drawn. */
  private static final int DRAWN = 1;

  private static final int WARM_UP = 3;

  private final Terminal terminal;

  @Option(
      names = "--overlay",
      paramLabel = "PNG",
      defaultValue = "tokenzip-demo.png",
      description = "Where to draw the patches of the first picture. Default: ${DEFAULT-VALUE}.")
  private Path overlay = Path.of("");

  @Mixin private ModelOptions.ComputeOptions compute = new ModelOptions.ComputeOptions();

  DemoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    OverlayFile.requireWritable(overlay);
    List<EmbeddedModel.Question> questions = DemoQuestions.all();
    try (LlavaPipeline pipeline =
        compute.load(terminal, EmbeddedModel.directory(), null, COMPRESSORS.get(0))) {
      warmUp(pipeline, questions.get(0));
      DemoTable table = new DemoTable(terminal);
      RgbImage first = ImageDecoder.decode(questions.get(0).image());
      for (EmbeddedModel.Question question : questions) {
        List<Answer> answers = answers(pipeline, question);
        table.add(question, answers);
        if (question.equals(questions.get(0))) {
          OverlayFile.write(overlay, pipeline, first, answers.get(DRAWN));
        }
      }
      table.print(compute.device());
      terminal
          .out()
          .printf(
              "%nWhich of the patches of %s were kept, and what the others were merged into:%n"
                  + "  %s%n",
              questions.get(0).image().getFileName(), overlay);
    }
    return 0;
  }

  /** The first calls pay for class loading and for memory that later ones reuse. */
  private static void warmUp(LlavaPipeline pipeline, EmbeddedModel.Question question) {
    for (int i = 0; i < WARM_UP; i++) {
      answers(pipeline, question);
    }
  }

  private static List<Answer> answers(LlavaPipeline pipeline, EmbeddedModel.Question question) {
    RgbImage picture = ImageDecoder.decode(question.image());
    return COMPRESSORS.stream()
        .map(
            compressor ->
                pipeline.ask(
                    Request.of(picture, question.question()).with(compressor),
                    GenerationOptions.defaults(),
                    TokenListener.NONE))
        .toList();
  }
}
