// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedModelTest {
  private static final String PROPERTY = "tokenzip.cache-dir";

  @TempDir private Path cache;

  @BeforeEach
  void useAnEmptyCache() {
    System.setProperty(PROPERTY, cache.resolve("new").toString());
  }

  @AfterEach
  void useTheOrdinaryCache() {
    System.clearProperty(PROPERTY);
  }

  @Test
  void isUnpackedOnceByManyAtOnce() throws Exception {
    List<CompletableFuture<Path>> starts =
        IntStream.range(0, 6)
            .mapToObj(i -> CompletableFuture.supplyAsync(EmbeddedModel::directory))
            .toList();
    Path first = starts.get(0).join();
    assertThat(starts).allSatisfy(start -> assertThat(start.join()).isEqualTo(first));
    assertThat(first.resolve("model.safetensors")).isNotEmptyFile();
    try (Stream<Path> inCache = Files.list(cache.resolve("new"))) {
      assertThat(inCache).containsExactly(first);
    }
  }

  @Test
  void aDamagedCopyIsRepaired() throws Exception {
    Path config = EmbeddedModel.directory().resolve("config.json");
    String original = Files.readString(config);
    Files.delete(config);
    EmbeddedModel.directory();
    assertThat(config).hasContent(original);
  }

  @Test
  void anUnusableCacheIsNamed() throws Exception {
    Path file = Files.writeString(cache.resolve("file"), "in the way");
    System.setProperty(PROPERTY, file.toString());
    assertThatThrownBy(EmbeddedModel::directory)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(PROPERTY);
  }

  @Test
  void hasAHundredAndTwentyQuestions() {
    List<EmbeddedModel.Question> questions = EmbeddedModel.questions();
    assertThat(questions).hasSize(120);
    assertThat(questions).allSatisfy(question -> assertThat(question.image()).isNotEmptyFile());
  }
}
