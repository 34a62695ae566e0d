// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tokenzip.tensor.Tensors;

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
    List<Process> pair = List.of(start(cache, "first"), start(cache, "second"));
    for (Process process : pair) {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    }
    assertWorked(pair.get(0), "first");
    assertWorked(pair.get(1), "second");

    // As a process leaves it that is killed while it extracts.
    Path library = find(cache, "libtorch_cpu.so");
    long size = Files.size(library);
    try (RandomAccessFile file = new RandomAccessFile(library.toFile(), "rw")) {
      file.setLength(size / 2);
    }
    Process third = start(cache, "third");
    assertThat(third.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertWorked(third, "third");
    assertThat(library).hasSize(size);
  }

  private Process start(Path cache, String name) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dorg.bytedeco.javacpp.cachedir=" + cache);
    command.add("-XX:ErrorFile=" + directory.resolve(name + ".hs_err"));
    command.add("-cp");
    command.add(classPath());
    command.add(Program.class.getName());
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve(name).toFile())
        .start();
  }

  /** Surefire may hide the class path in a jar's manifest; it says here what that holds. */
  private static String classPath() {
    String paths = System.getProperty("surefire.test.class.path");
    return paths == null ? System.getProperty("java.class.path") : paths;
  }

  private void assertWorked(Process process, String name) throws IOException {
    String output = Files.readString(directory.resolve(name));
    assertThat(process.exitValue()).as(output).isZero();
    assertThat(output.lines()).as(output).last().isEqualTo("cpu 4.0");
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
