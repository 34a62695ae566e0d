// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.ChildJvm;

/** Starts JVMs the way new users do: with nothing in the cache of natives. */
class FreshMachineTest {
  /** What each of them runs. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      try (Tensor four = Tensors.vector(1f, 3f);
          Tensor sum = four.sum()) {
        System.out.println(NativeContext.of(Device.CPU).device() + " " + sum.item_float());
      }
    }
  }

  @TempDir private Path directory;

  @Test
  void twoAtOnceOnAnEmptyCacheThenOneOnADamagedCache() throws Exception {
    Path cache = directory.resolve("cache");
    ChildJvm first = start(cache, "first");
    ChildJvm second = start(cache, "second");
    assertWorked(first);
    assertWorked(second);

    // As a process leaves it that is killed while it extracts.
    Path library = find(cache, "libtorch_cpu.so");
    long size = Files.size(library);
    try (RandomAccessFile file = new RandomAccessFile(library.toFile(), "rw")) {
      file.setLength(size / 2);
    }
    assertWorked(start(cache, "third"));
    assertThat(library).hasSize(size);
  }

  private ChildJvm start(Path cache, String name) throws IOException {
    return ChildJvm.start(
        Program.class,
        directory.resolve(name),
        List.of("-Dorg.bytedeco.javacpp.cachedir=" + cache));
  }

  private static void assertWorked(ChildJvm jvm) throws Exception {
    assertThat(jvm.lines()).last().isEqualTo("cpu 4.0");
  }

  private static Path find(Path root, String name) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.endsWith(name))
          .map(Path::toFile)
          .filter(File::isFile)
          .findFirst()
          .orElseThrow()
          .toPath();
    }
  }
}
