// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The pocket model that ships in the jar: a 2.2-million-parameter LLaVA trained on synthetic
 * scenes. It knows those scenes and their thirteen kinds of questions, nothing else. It is unpacked
 * once into {@code ~/.cache/tokenzip} (property {@code tokenzip.cache-dir}), checked file by file.
 */
public final class EmbeddedModel {
  private static final String ROOT = "/pocket-llava/";
  private static final String INDEX = "index.txt";

  private EmbeddedModel() {}

  /**
   * A bundled question.
   *
   * @param image the scene's file
   * @param type kind of question, e.g. {@code color}
   * @param question the question itself
   * @param answer the true answer
   * @param full what this model answers with all 256 visual tokens
   * @param visionZip64 what it answers with VisionZip 54 + 10
   */
  public record Question(
      Path image, String type, String question, String answer, String full, String visionZip64) {}

  /** The model's folder, unpacked if it is not there yet. Safe for several processes at once. */
  public static Path directory() {
    List<Entry> entries = index();
    Path target = cacheDirectory().resolve("pocket-llava-" + fingerprint(entries));
    if (!isComplete(target, entries)) {
      unpack(entries, target);
    }
    return target;
  }

  /** The bundled questions, scene by scene. */
  public static List<Question> questions() {
    Path root = directory();
    ObjectMapper json = new ObjectMapper();
    List<Question> questions = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(root.resolve("scenes/questions.jsonl"))) {
        JsonNode row = json.readTree(line);
        questions.add(
            new Question(
                root.resolve(row.get("image").textValue()),
                row.get("type").textValue(),
                row.get("question").textValue(),
                row.get("answer").textValue(),
                row.get("full").textValue(),
                row.get("visionzip64").textValue()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the embedded model's questions cannot be read from " + root, e);
    }
    return questions;
  }

  private record Entry(String sha256, long size, String name) {}

  private static Path cacheDirectory() {
    String configured = System.getProperty("tokenzip.cache-dir", "");
    return configured.isEmpty()
        ? Path.of(System.getProperty("user.home"), ".cache", "tokenzip")
        : Path.of(configured);
  }

  private static List<Entry> index() {
    try (InputStream in = resource(INDEX)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split(" ", 3))
          .map(part -> new Entry(part[0], Long.parseLong(part[1]), part[2]))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the embedded model's index cannot be read from the jar", e);
    }
  }

  private static String fingerprint(List<Entry> entries) {
    MessageDigest digest = sha256();
    entries.forEach(entry -> digest.update(entry.sha256().getBytes(StandardCharsets.US_ASCII)));
    return HexFormat.of().formatHex(digest.digest(), 0, 6);
  }

  private static boolean isComplete(Path target, List<Entry> entries) {
    return entries.stream()
        .allMatch(
            entry -> {
              try {
                return Files.size(target.resolve(entry.name())) == entry.size();
              } catch (IOException e) {
                return false; // not unpacked yet, or damaged: unpacking says what is wrong
              }
            });
  }

  /**
   * Unpacks beside the target and moves the whole folder into place, so that no reader sees half.
   */
  private static void unpack(List<Entry> entries, Path target) {
    try {
      Path parent = Files.createDirectories(target.toAbsolutePath().getParent());
      Path fresh = Files.createTempDirectory(parent, "unpacking-");
      try {
        for (Entry entry : entries) {
          unpack(entry, fresh.resolve(entry.name()));
        }
        publish(fresh, target, entries);
      } finally {
        delete(fresh);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the embedded model cannot be unpacked to "
              + target
              + " (set -Dtokenzip.cache-dir to a writable folder): "
              + e,
          e);
    }
  }

  private static void unpack(Entry entry, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    try (InputStream in = resource(entry.name())) {
      byte[] bytes = in.readAllBytes();
      String sum = HexFormat.of().formatHex(sha256().digest(bytes));
      if (!sum.equals(entry.sha256())) {
        throw new IOException(
            "damaged jar: "
                + entry.name()
                + " has SHA-256 "
                + sum
                + ", expected "
                + entry.sha256());
      }
      Files.write(file, bytes);
    }
  }

  private static void publish(Path fresh, Path target, List<Entry> entries) throws IOException {
    try {
      Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) { // "Directory not empty" has no exception type of its own
      if (!Files.isDirectory(target)) {
        throw e;
      }
      if (!isComplete(target, entries)) { // a damaged folder, not another process's good one
        delete(target);
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static InputStream resource(String name) throws IOException {
    InputStream in = EmbeddedModel.class.getResourceAsStream(ROOT + name);
    if (in == null) {
      throw new IOException("the jar lacks " + ROOT + name);
    }
    return in;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
