// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The reference fixtures: those under {@code -Dtokenzip.fixtures.dir=DIR}, or the subset among the
 * test resources. DIR may also be one fixture folder.
 */
public final class FixtureFolders {
  private static final ObjectMapper JSON = new ObjectMapper();

  private FixtureFolders() {}

  /** Folders of resized pictures. */
  public static List<Path> resampling() {
    return required("resampling", FixtureFolders::isResampling);
  }

  /** Folders of LLaVA-1.5 checkpoints with pictures and their expected tensors. */
  public static List<Path> llava15() {
    return required("LLaVA-1.5", FixtureFolders::isLlava15);
  }

  /** The JSON document in {@code file}. */
  public static JsonNode json(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new AssertionError("cannot read " + file, e);
    }
  }

  private static List<Path> required(String kind, Predicate<Path> wanted) {
    List<Path> all = all();
    List<Path> found = all.stream().filter(wanted).toList();
    if (found.isEmpty()) {
      // A folder of other fixtures is fine for their tests; one of none is a mistake for all.
      assertThat(all).as("supported fixtures in %s", root()).isNotEmpty();
      Assumptions.abort("no " + kind + " fixtures in " + root());
    }
    return found;
  }

  private static List<Path> all() {
    try (Stream<Path> inside = Files.list(root())) {
      return Stream.concat(Stream.of(root()), inside.sorted())
          .filter(folder -> isResampling(folder) || isLlava15(folder))
          .toList();
    } catch (IOException e) {
      throw new AssertionError("cannot list " + root(), e);
    }
  }

  private static Path root() {
    String given = System.getProperty("tokenzip.fixtures.dir", "");
    return Path.of(given.isEmpty() ? "src/test/resources/fixtures" : given);
  }

  private static boolean isResampling(Path folder) {
    return hasExpectations(folder)
        && json(folder.resolve("expected.json")).path("cases").path(0).has("filter");
  }

  private static boolean isLlava15(Path folder) {
    return hasExpectations(folder)
        && Files.isDirectory(folder.resolve("images"))
        && Files.isRegularFile(folder.resolve("config.json"))
        && json(folder.resolve("config.json")).path("model_type").asText().equals("llava")
        && json(folder.resolve("preprocessor_config.json"))
            .path("image_processor_type")
            .asText()
            .equals("CLIPImageProcessor");
  }

  private static boolean hasExpectations(Path folder) {
    return Files.isRegularFile(folder.resolve("expected.json"))
        && Files.isRegularFile(folder.resolve("expected.safetensors"));
  }
}
