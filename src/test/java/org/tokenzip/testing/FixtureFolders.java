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
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Assumptions;

/**
 * The reference fixtures: those under {@code -Dtokenzip.fixtures.dir=DIR}, or the subset among the
 * test resources. DIR may also be one fixture folder.
 *
 * <p>A test whose kind of fixture DIR lacks is skipped; it fails if DIR has none of any kind.
 */
public final class FixtureFolders {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<Predicate<Path>> KINDS =
      List.of(
          FixtureFolders::isResampling,
          FixtureFolders::isCheckpoint,
          FixtureFolders::isVideoCheckpoint,
          FixtureFolders::isTextTower,
          FixtureFolders::hasPixelValues,
          FixtureFolders::hasTokenizer,
          FixtureFolders::hasTemplate);

  private static final List<String> FAMILIES = List.of("llava", "llava_next", "llava_onevision");

  private FixtureFolders() {}

  /** Folders of resized pictures. */
  public static List<Path> resampling() {
    return required("resized pictures", FixtureFolders::isResampling);
  }

  /** Checkpoints of all supported families with expected tensors. */
  public static List<Path> checkpoints() {
    return required("a supported checkpoint", FixtureFolders::isCheckpoint);
  }

  /** Checkpoints with a tower of its own for clips. */
  public static List<Path> videoCheckpoints() {
    return required("a Video-LLaVA checkpoint", FixtureFolders::isVideoCheckpoint);
  }

  /** All that pictures, clips and questions can be put to. */
  public static List<Path> pipelines() {
    return required(
        "a supported checkpoint", folder -> isCheckpoint(folder) || isVideoCheckpoint(folder));
  }

  /** Checkpoints with pictures and their expected pixel values. */
  public static List<Path> pixelValues() {
    return required("pictures for a supported checkpoint", FixtureFolders::hasPixelValues);
  }

  /** Folders with a tokenizer and texts for it. */
  public static List<Path> tokenizers() {
    return required("a tokenizer", FixtureFolders::hasTokenizer);
  }

  /** Folders with a conversation template and rendered conversations. */
  public static List<Path> templates() {
    return required("a conversation template", FixtureFolders::hasTemplate);
  }

  /** The CLIP models with a text tower, and what they compute. */
  public static List<Path> textTowers() {
    return required("a CLIP text tower", FixtureFolders::isTextTower);
  }

  /** The CLIP model that the vision tower of the checkpoint in {@code folder} comes from. */
  public static Path textTower(Path folder) {
    return folder.resolveSibling("clip-tiny");
  }

  /** Where the expectations for {@code folder} are: there, or in the folder of its twin. */
  public static Path expectations(Path folder) {
    JsonNode twin = expected(folder).path("same_values_as");
    return twin.isMissingNode() ? folder : folder.resolveSibling(twin.asText());
  }

  /** What {@code expected.json} in {@code folder} says. */
  public static JsonNode expected(Path folder) {
    return json(folder.resolve("expected.json"));
  }

  /** The JSON document in {@code file}. */
  public static JsonNode json(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new AssertionError("cannot read " + file, e);
    }
  }

  /** The elements of a JSON array. */
  public static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  /** The integers of a JSON array. */
  public static long[] longs(JsonNode array) {
    return elements(array).mapToLong(JsonNode::asLong).toArray();
  }

  private static List<Path> required(String kind, Predicate<Path> wanted) {
    String given = System.getProperty("tokenzip.fixtures.dir", "");
    Path root = Path.of(given.isEmpty() ? "src/test/resources/fixtures" : given);
    List<Path> all = supported(root);
    assertThat(all).as("supported fixtures in %s", root).isNotEmpty();
    List<Path> found = all.stream().filter(wanted).toList();
    if (found.isEmpty()) {
      String reason = "skipped: no fixture in " + root + " has " + kind;
      System.out.println(reason); // reports leave out why a test has no case to run
      Assumptions.abort(reason);
    }
    return found;
  }

  private static List<Path> supported(Path root) {
    try (Stream<Path> inside = Files.list(root)) {
      return Stream.concat(Stream.of(root), inside.sorted())
          .filter(folder -> Files.isRegularFile(folder.resolve("expected.json")))
          .filter(folder -> KINDS.stream().anyMatch(kind -> kind.test(folder)))
          .toList();
    } catch (IOException e) {
      throw new AssertionError("cannot list " + root, e);
    }
  }

  private static boolean isResampling(Path folder) {
    return has(folder, "expected.safetensors")
        && expected(folder).path("cases").path(0).has("filter");
  }

  private static boolean isCheckpoint(Path folder) {
    return hasExpectedTensors(folder) && FAMILIES.contains(family(folder));
  }

  private static boolean isVideoCheckpoint(Path folder) {
    return hasExpectedTensors(folder) && family(folder).equals("video_llava");
  }

  private static boolean hasExpectedTensors(Path folder) {
    return has(folder, "config.json") && has(expectations(folder), "expected.safetensors");
  }

  private static String family(Path folder) {
    return json(folder.resolve("config.json")).path("model_type").asText();
  }

  private static boolean isTextTower(Path folder) {
    return has(folder, "config.json")
        && has(folder, "expected.safetensors")
        && json(folder.resolve("config.json")).path("model_type").asText().equals("clip");
  }

  private static boolean hasPixelValues(Path folder) {
    return isCheckpoint(folder)
        && has(folder, "expected.safetensors")
        && Files.isDirectory(folder.resolve("images"));
  }

  private static boolean hasTokenizer(Path folder) {
    return has(folder, "tokenizer.json") && expected(folder).has("tokenizer");
  }

  private static boolean hasTemplate(Path folder) {
    return has(folder, "chat_template.jinja") && expected(folder).has("rendered");
  }

  private static boolean has(Path folder, String file) {
    return Files.isRegularFile(folder.resolve(file));
  }
}
