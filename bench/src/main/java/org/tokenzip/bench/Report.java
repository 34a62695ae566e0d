// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one run found, with everything needed to judge and to repeat it.
 *
 * @param schema version of this format
 * @param date of the run, ISO 8601, UTC
 * @param command that produced it
 * @param host component to description
 */
record Report(
    int schema,
    String date,
    String command,
    Map<String, String> host,
    List<Comparison> comparisons,
    List<StageTable> stages) {
  static final int SCHEMA = 1;

  /** Writes {@code name.json} and {@code name.md} into {@code folder}. */
  void write(Path folder, String name) throws IOException {
    Files.createDirectories(folder);
    ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    json.writeValue(folder.resolve(name + ".json").toFile(), this);
    Files.writeString(folder.resolve(name + ".md"), markdown());
  }

  /** The same for people. */
  String markdown() {
    StringBuilder text = new StringBuilder();
    text.append("# Benchmark run of ").append(date).append("\n\n");
    text.append("`").append(command).append("`\n\n");
    host.forEach(
        (key, value) -> text.append("- ").append(key).append(": ").append(value).append('\n'));
    if (!comparisons.isEmpty()) {
      text.append(
          "\nTimes are medians (10th to 90th percentile) in milliseconds. The ratio is taken");
      text.append(" within each round.\n\n");
      text.append("| benchmark | parameters | times | ratio | rounds | target | |\n");
      text.append("|---|---|---|---|---|---|---|\n");
      comparisons.forEach(comparison -> text.append(row(comparison)).append('\n'));
    }
    stages.forEach(table -> text.append('\n').append(table.markdown()));
    return text.toString();
  }

  /** One line of the Markdown table. */
  static String row(Comparison comparison) {
    String times =
        comparison.millis().entrySet().stream()
            .map(side -> side.getKey() + " " + text(side.getValue()))
            .collect(Collectors.joining("<br>"));
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %s | %d | %s | %s |",
        comparison.benchmark(),
        comparison.parameters().entrySet().stream()
            .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
            .collect(Collectors.joining(" ")),
        times,
        text(comparison.ratio()),
        comparison.ratio().count(),
        comparison.target() == null ? "" : comparison.target(),
        comparison.target() == null ? "" : comparison.isMet() ? "met" : "missed");
  }

  private static String text(Samples samples) {
    return Target.text(samples.median())
        + " ("
        + Target.text(samples.p10())
        + "–"
        + Target.text(samples.p90())
        + ")";
  }
}
