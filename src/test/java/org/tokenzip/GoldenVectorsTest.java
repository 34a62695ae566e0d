// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tokenzip.tensor.DType;
import org.tokenzip.testing.NoLeaks;

/**
 * Every file of a directory of operator vectors, in every storage type. {@code
 * -Dtokenzip.golden.dir=DIR} names the directory; without it the vectors beside the tests are
 * taken.
 */
@ExtendWith(NoLeaks.class)
class GoldenVectorsTest {
  /** Checks one file in one storage type. */
  @FunctionalInterface
  interface Check {
    void run(GoldenFile file, DType dtype);
  }

  /** By the method that a file's name starts with; files of other methods are passed over. */
  private static final Map<String, Check> CHECKS =
      Map.of(
          "cost", CostGolden::check,
          "visionzip", VisionZipGolden::check,
          "divprune", DiversityGolden::divPrune,
          "cdpruner", DiversityGolden::cdPruner,
          "fastv", FastVGolden::check,
          "ficoco", FicocoGolden::check,
          "evit", EvitGolden::check,
          "tome", TomeGolden::check,
          "ppllava", PoolingGolden::check);

  @TestFactory
  Stream<DynamicTest> vectors() throws IOException, URISyntaxException {
    List<DynamicTest> tests = new ArrayList<>();
    Path directory = directory();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        Check check = CHECKS.get(name.substring(0, Math.max(0, name.indexOf('_'))));
        if (check != null && name.endsWith(".safetensors")) {
          for (DType dtype : DType.values()) {
            tests.add(DynamicTest.dynamicTest(name + " " + dtype, () -> run(check, file, dtype)));
          }
        }
      }
    }
    assertThat(tests).as("vectors with an implementation in %s", directory).isNotEmpty();
    return tests.stream();
  }

  private static void run(Check check, Path path, DType dtype) {
    NoLeaks.check(
        () -> {
          try (GoldenFile file = GoldenFile.open(path)) {
            check.run(file, dtype);
          }
        });
  }

  private static Path directory() throws URISyntaxException {
    String directory = System.getProperty("tokenzip.golden.dir", "");
    return directory.isEmpty()
        ? Path.of(GoldenVectorsTest.class.getResource("/golden").toURI())
        : Path.of(directory);
  }
}
