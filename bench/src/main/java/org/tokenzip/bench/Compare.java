// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.tokenzip.bench.Comparison.Side;
import org.tokenzip.tensor.DType;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Measures the ratios the project promises. Unlike a JMH run, which times one side after the other
 * in processes of their own, it alternates the sides call by call: on a machine that others use too
 * a ratio is only worth something that way.
 */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description = "Times TokenZip and the published code turn and turn about.",
    exitCodeOnExecutionException = 1)
public final class Compare implements Callable<Integer> {
  /** Long enough for a side to find its data where its own last call left it, as under JMH. */
  private static final Duration BLOCK = Duration.ofMillis(50);

  /** A round of all methods takes a minute or two. */
  private static final int METHOD_ROUNDS = 3;

  /** What can be measured, in this order: the last one limits the threads of the process. */
  enum Suite {
    VISIONZIP,
    POOLING,
    RECEIVED,
    FICOCO,
    TOWER,
    METHODS,
    ASK
  }

  @Parameters(
      arity = "1..*",
      paramLabel = "SUITE",
      description = "What to measure: ${COMPLETION-CANDIDATES}.")
  private List<Suite> suites = List.of();

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "10",
      description = "Time for each comparison; long ones take what five rounds need.")
  private int seconds;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      split = ",",
      defaultValue = "fp32,bf16",
      description = "Storage types of the operator comparison.")
  private List<String> dtypes = List.of();

  @Option(
      names = "--layers",
      paramLabel = "N",
      defaultValue = "4",
      description = "Layers of the language model in the comparison of methods, 0.8 GB each.")
  private int layers;

  @Option(
      names = "--results",
      paramLabel = "DIR",
      description = "Also write a dated JSON and Markdown file there.")
  private @Nullable Path results;

  private final List<Comparison> comparisons = new ArrayList<>();
  private final List<StageTable> stages = new ArrayList<>();

  /** Exit code 0 if every target is met, 3 if one is missed. */
  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new Compare())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    for (Suite suite : new TreeSet<>(suites)) {
      switch (suite) {
        case VISIONZIP -> visionZip();
        case POOLING -> pooling();
        case RECEIVED -> received();
        case FICOCO -> ficoco();
        case TOWER -> tower();
        case METHODS -> methods();
        case ASK -> ask();
      }
    }
    Report report =
        new Report(
            Report.SCHEMA,
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
            command(),
            Host.describe(),
            comparisons,
            stages);
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    out.println(report.markdown());
    if (results != null) {
      report.write(results, LocalDate.now(ZoneOffset.UTC) + "-" + names());
    }
    return comparisons.stream().allMatch(Comparison::isMet) ? 0 : 3;
  }

  private void visionZip() {
    for (String dtype : dtypes) {
      for (int keep : new int[] {64, 192}) {
        for (int batch : new int[] {1, 8, 64}) {
          try (VisionZipSides sides = new VisionZipSides(batch, keep, DType.parse(dtype))) {
            Target target = Target.atLeast(batch == 1 ? 20 : 40);
            Side ours = new Side("tokenzip", sides::tokenzip);
            Side allocating = new Side("tokenzip, allocating", sides::tokenzipAllocating);
            Side map = new Side("published, map given", sides::publishedFromMap);
            Side keys = new Side("published, from q and K", sides::publishedFromKeys);
            add("VisionZip", sides, ours, map, BLOCK, target);
            add("VisionZip", sides, allocating, map, BLOCK, null);
            add("VisionZip", sides, ours, keys, BLOCK, null);
            add("VisionZip, caches swept", sides, ours, map, Duration.ZERO, null);
          }
        }
      }
    }
  }

  private void add(
      String name,
      VisionZipSides sides,
      Side ours,
      Side peer,
      Duration block,
      @Nullable Target target) {
    Duration budget = Duration.ofSeconds(seconds);
    add(Comparison.run(name, sides.parameters(), ours, peer, block, budget, target));
  }

  private void pooling() {
    for (String dtype : dtypes) {
      for (int frames : new int[] {16, 8}) {
        try (PoolingSides sides =
            new PoolingSides(frames, frames == 16 ? 4096 : 1024, DType.parse(dtype))) {
          Duration budget = Duration.ofSeconds(seconds);
          String name = "prompt-guided pooling";
          Side ours = new Side("tokenzip", sides::tokenzip);
          Side allocating = new Side("tokenzip, allocating", sides::tokenzipAllocating);
          Side peer = new Side("published", sides::published);
          Target target = Target.atLeast(12);
          add(Comparison.run(name, sides.parameters(), ours, peer, BLOCK, budget, target));
          add(Comparison.run(name, sides.parameters(), allocating, peer, BLOCK, budget, null));
        }
      }
    }
  }

  private void received() {
    for (String dtype : dtypes) {
      for (int batch : new int[] {1, 8}) {
        try (ReceivedAttentionSides sides = new ReceivedAttentionSides(batch, DType.parse(dtype))) {
          add(
              Comparison.run(
                  "attention received",
                  sides.parameters(),
                  new Side("tokenzip", sides::tokenzip),
                  new Side("published", sides::published),
                  BLOCK,
                  Duration.ofSeconds(seconds),
                  Target.atLeast(1.5)));
        }
      }
    }
  }

  private void ficoco() {
    for (String dtype : dtypes) {
      for (int batch : new int[] {1, 8}) {
        try (FicocoSides sides = new FicocoSides(batch, DType.parse(dtype))) {
          Duration budget = Duration.ofSeconds(seconds);
          String name = "FiCoCo-V, one layer";
          Side ours = new Side("tokenzip", sides::tokenzip);
          Side given = new Side("published, logits given", sides::publishedFromLogits);
          Side keys = new Side("published, from q and K", sides::publishedFromKeys);
          Target target = Target.atLeast(40);
          add(Comparison.run(name, sides.parameters(), ours, keys, BLOCK, budget, target));
          add(Comparison.run(name, sides.parameters(), ours, given, BLOCK, budget, null));
        }
      }
    }
  }

  private void tower() throws IOException {
    for (int batch : new int[] {1, 8}) {
      try (VisionTowerSides sides = new VisionTowerSides(batch, 64)) {
        Duration budget = Duration.ofSeconds(seconds);
        add(
            Comparison.run(
                "vision tower + VisionZip",
                sides.parameters(),
                new Side("tokenzip", sides::tokenzip),
                new Side("published", sides::published),
                Duration.ZERO,
                budget,
                batch == 8 ? Target.atLeast(1.3) : null));
        add(
            Comparison.run(
                "share of select + merge",
                sides.parameters(),
                new Side("vision tower", sides::tower),
                new Side("select + merge", sides::selectAndMerge),
                Duration.ZERO,
                budget,
                Target.atMost(0.01)));
      }
    }
  }

  /** A run takes minutes: says on stderr how far it is. */
  private void add(Comparison comparison) {
    comparisons.add(comparison);
    System.err.println(Report.row(comparison));
  }

  private void methods() throws IOException {
    try (MethodCosts costs = new MethodCosts(layers)) {
      stages.add(costs.stages(64, METHOD_ROUNDS));
    }
  }

  private void ask() {
    try (AskSession session = new AskSession()) {
      stages.add(session.stages(256, 64, 32));
    }
  }

  private String command() {
    return "java -cp target/benchmarks.jar "
        + Compare.class.getName()
        + " --seconds "
        + seconds
        + " --dtype "
        + String.join(",", dtypes)
        + (suites.contains(Suite.METHODS) ? " --layers " + layers : "")
        + " "
        + names().replace('-', ' ');
  }

  private String names() {
    return String.join(
        "-", suites.stream().map(suite -> suite.name().toLowerCase(Locale.ROOT)).toList());
  }
}
