// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Reference checkpoints: those of {@code -Dtokenzip.fixtures.dir}, else the committed ones. */
final class TextFixtures {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TextFixtures() {}

  /**
   * Folders with a file of that name and an {@code expected.json} with that section; never none.
   */
  static List<Path> folders(String file, String section) throws IOException {
    try (Stream<Path> all = Files.list(root())) {
      List<Path> found =
          all.filter(folder -> Files.isRegularFile(folder.resolve(file)))
              .filter(folder -> Files.isRegularFile(folder.resolve("expected.json")))
              .filter(folder -> expected(folder).has(section))
              .sorted()
              .toList();
      assertThat(found)
          .as("folders with %s and expected %s in %s", file, section, root())
          .isNotEmpty();
      return found;
    }
  }

  static JsonNode expected(Path folder) {
    try {
      return JSON.readTree(folder.resolve("expected.json").toFile());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  static long[] longs(JsonNode array) {
    return elements(array).mapToLong(JsonNode::asLong).toArray();
  }

  private static Path root() {
    String given = System.getProperty("tokenzip.fixtures.dir", "");
    if (!given.isBlank()) {
      return Path.of(given);
    }
    return Path.of(URI.create(TextFixtures.class.getResource("/fixtures").toString()));
  }
}
