// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tokenzip.testing.ChildJvm;

class NativeCacheTest {
  /** Extracts from the jars it is given and prints what is in the cache after each. */
  static final class Program {
    private Program() {}

    public static void main(String[] jars) throws IOException {
      for (String jar : jars) {
        Path cache = NativeCache.extractExactly(URI.create("jar:" + jar + "!/natives/").toURL());
        System.out.println(Files.readString(cache.resolve("libany.so")));
      }
    }
  }

  @TempDir private Path directory;

  @Test
  void aRebuiltLibraryOfTheSameSizeAndTimeReplacesTheOldOne() throws Exception {
    String old = jar("old", "built before");
    String rebuilt = jar("rebuilt", "built  again");
    ChildJvm jvm =
        ChildJvm.start(
            Program.class,
            directory.resolve("output"),
            List.of("-Dorg.bytedeco.javacpp.cachedir=" + directory.resolve("cache")),
            old,
            rebuilt,
            rebuilt);
    assertThat(jvm.lines()).containsExactly("built before", "built  again", "built  again");
  }

  private String jar(String build, String library) throws IOException {
    Path jar = Files.createDirectory(directory.resolve(build)).resolve("any-linux-x86_64.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (String name : List.of("natives/", "natives/libany.so")) {
        JarEntry entry = new JarEntry(name);
        entry.setLastModifiedTime(FileTime.fromMillis(1_767_225_600_000L));
        out.putNextEntry(entry);
        if (!entry.isDirectory()) {
          out.write(library.getBytes(StandardCharsets.UTF_8));
        }
      }
    }
    return jar.toUri().toString();
  }
}
