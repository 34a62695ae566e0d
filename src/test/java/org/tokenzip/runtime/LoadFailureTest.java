// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tokenzip.testing.ChildJvm;

/** What a JVM says that cannot load the natives, or loads them too late. */
class LoadFailureTest {
  /** Loads, after a use of JavaCPP if its argument asks for it, and prints how that went. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      if (arguments.length > 0) {
        new BytePointer(1).close();
      }
      String problem = NativeRuntime.report().problem();
      System.out.println(problem == null ? "limit " + Pointer.maxPhysicalBytes() : problem);
    }
  }

  @TempDir private Path directory;

  @Test
  void unknownFlavoursAreRefused() throws Exception {
    assertThat(run(List.of("-Dtokenzip.flavour=cuda")))
        .containsExactly(
            "The system property tokenzip.flavour names no flavour: expected cpu or gpu, got cuda");
  }

  @Test
  void aCacheThatCannotBeWrittenIsNamed() throws Exception {
    Path cache = Files.createDirectory(directory.resolve("cache"));
    Files.createDirectory(cache.resolve(".tokenzip.lock")); // where a file has to be
    assertThat(run(List.of("-Dorg.bytedeco.javacpp.cachedir=" + cache)))
        .singleElement()
        .asString()
        .startsWith("The natives linux-x86_64")
        .contains("cannot be unpacked", "org.bytedeco.javacpp.cachedir", cache.toString())
        .doesNotContain("glibc");
  }

  @Test
  void memoryLimitsAreLiftedUnlessItIsTooLate() throws Exception {
    assertThat(run(List.of())).containsExactly("limit 0");
    List<String> late = run(List.of(), "use a pointer first");
    assertThat(late).hasSize(2);
    assertThat(late.get(0)).contains("WARN", "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0");
    assertThat(late.get(1)).startsWith("limit ").isNotEqualTo("limit 0");
    assertThat(run(List.of("-Dorg.bytedeco.javacpp.maxPhysicalBytes=64g")))
        .containsExactly("limit " + (64L << 30));
  }

  private List<String> run(List<String> options, String... arguments) throws Exception {
    return ChildJvm.start(Program.class, directory.resolve("output"), options, arguments).lines();
  }
}
