// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.Budget;
import org.tokenzip.compress.CompressionMethod;
import org.tokenzip.compress.Compressors;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.eval.AccuracyChart;
import org.tokenzip.eval.Evaluation;
import org.tokenzip.eval.QuestionSet;
import org.tokenzip.eval.Score;
import org.tokenzip.pipeline.LlavaPipeline;
import org.tokenzip.weights.LlavaConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What compression costs in right answers. */
@Command(
    name = "eval",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false,
    description =
        "Asks about synthetic scenes, bundled and freshly drawn ones, with every method at several"
            + " numbers of visual tokens, and prints how many answers are right word for word.",
    footer = {
      "",
      "Examples:",
      "  tokenzip eval",
      "  tokenzip eval --methods visionzip,none --keep 64,32 --scenes 200 --by-type",
      "  tokenzip eval --scenes 60 --seed 7 --plot accuracy.png --json > accuracy.json"
    })
final class EvalCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ModelOptions model = new ModelOptions();

  @Option(
      names = "--methods",
      paramLabel = "METHOD",
      split = ",",
      description = "Methods to try, see 'tokenzip methods'. Default: all.")
  private @Nullable List<String> methods;

  @Option(
      names = "--keep",
      paramLabel = "K",
      split = ",",
      description = "Numbers of visual tokens. Default: all, a half, a quarter … a sixteenth.")
  private @Nullable List<Integer> keep;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description =
          "Sets a parameter of those methods that know it, see 'tokenzip methods'. Repeatable.")
  private Map<String, String> settings = Map.of();

  @Option(
      names = "--scenes",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "Fresh scenes to draw, six questions each; 0 for none. Default: ${DEFAULT-VALUE}.")
  private int scenes;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Of the fresh scenes. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "24",
      description = "Questions answered together. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(names = "--by-type", description = "Also prints a table by kind of question.")
  private boolean byType;

  @Option(
      names = "--plot",
      paramLabel = "PNG",
      description = "Draws accuracy over tokens into this file; of the fresh scenes if any.")
  private @Nullable Path plot;

  @Option(names = "--json", description = "Prints one JSON object instead of tables.")
  private boolean json;

  EvalCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    List<CompressionMethod> tried = methods();
    LlavaConfig config = model.config();
    List<Budget> budgets = budgets(config);
    requireFit(tried, budgets);
    atLeast(0, "--scenes", scenes);
    atLeast(1, "--batch", batch);
    if (plot != null) {
      OutputFile.requireWritable("--plot", plot);
    }
    EvalReport report =
        new EvalReport(
            model.directory(), budgets.stream().map(Budget::keep).toList(), tried, settings);
    try (LlavaPipeline pipeline = model.load(terminal, new NoCompression());
        StatusLine status = new StatusLine(terminal)) {
      for (QuestionSet questions : questions(pipeline.gridSide() * pipeline.patchSize())) {
        Evaluation evaluation =
            new Evaluation(
                pipeline,
                batch,
                (answered, total, method, tokens) ->
                    status.accept(
                        String.format(
                            "%s: %d of %d questions answered, now %s at %d tokens",
                            questions.name(), answered, total, method, tokens)));
        report.add(questions, evaluation.run(tried, budgets, settings, questions));
      }
    }
    if (json) {
      terminal.out().println(report.json());
    } else {
      report.print(terminal, byType);
    }
    if (plot != null) {
      QuestionSet drawn = report.last();
      List<Score> scores = report.scores(drawn);
      AccuracyChart.of(tried, drawn, scores).write(plot);
      terminal.note("accuracy over tokens drawn to " + plot);
    }
    return 0;
  }

  private List<CompressionMethod> methods() {
    if (methods == null) {
      return Compressors.all();
    }
    requireSome("--methods", methods);
    return methods.stream().distinct().map(Compressors::byName).toList();
  }

  private List<Budget> budgets(LlavaConfig config) {
    int patches = config.vision().patches();
    List<Integer> tokens = new ArrayList<>();
    if (keep != null) {
      requireSome("--keep", keep);
      tokens.addAll(keep);
    } else {
      for (int divisor = 1; divisor <= 16; divisor *= 2) {
        tokens.add(Math.max(1, patches / divisor));
      }
    }
    for (int budget : tokens) {
      atLeast(1, "--keep", budget);
      if (budget > patches) {
        throw new IllegalArgumentException(
            "--keep: expected at most the "
                + patches
                + " visual tokens that this model makes of a picture, got "
                + budget);
      }
    }
    return tokens.stream()
        .distinct()
        .map(budget -> CompressionFlags.budget(config, budget))
        .toList();
  }

  /** Refuses settings that no method knows, or that leave a method no budget it could meet. */
  private void requireFit(List<CompressionMethod> tried, List<Budget> budgets) {
    for (String name : settings.keySet()) {
      if (tried.stream().noneMatch(method -> method.knows(name))) {
        throw new IllegalArgumentException(
            "--set: expected a parameter of "
                + tried.stream().map(CompressionMethod::name).collect(Collectors.joining(", "))
                + ", got "
                + (name.isBlank() ? "none" : name)
                + "; 'tokenzip methods' lists them");
      }
    }
    for (CompressionMethod method : tried) {
      if (settings.keySet().stream().anyMatch(method::knows)
          && refusal(method, budgets, Map.of()) == null) {
        IllegalArgumentException refusal = refusal(method, budgets, settings);
        if (refusal != null) {
          throw new IllegalArgumentException(method.name() + ": " + refusal.getMessage(), refusal);
        }
      }
    }
  }

  /** Why a method can meet none of the budgets; null if it can meet one. */
  private static @Nullable IllegalArgumentException refusal(
      CompressionMethod method, List<Budget> budgets, Map<String, String> settings) {
    @Nullable IllegalArgumentException first = null;
    for (Budget budget : budgets) {
      try {
        method.make(budget, method.ownOf(settings));
        return null;
      } catch (IllegalArgumentException e) {
        first = first == null ? e : first;
      }
    }
    return first;
  }

  private List<QuestionSet> questions(int side) {
    List<QuestionSet> sets = new ArrayList<>(List.of(QuestionSet.bundled()));
    if (scenes > 0) {
      sets.add(QuestionSet.fresh(scenes, seed, side));
    }
    return sets;
  }

  private static void requireSome(String option, List<?> given) {
    if (given.isEmpty()) {
      throw new IllegalArgumentException(option + ": expected one or more, got none");
    }
  }

  private static void atLeast(int least, String option, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          option + ": expected at least " + least + ", got " + value);
    }
  }
}
