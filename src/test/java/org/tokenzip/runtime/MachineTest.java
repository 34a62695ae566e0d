// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MachineTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/usr/lib/x86_64-linux-gnu/libc.so.6",
        "/lib/x86_64-linux-gnu/libc-2.31.so",
        "/opt/my libs/libc.so.6"
      })
  void glibcIsFoundUnderBothOfItsNames(String file) {
    String line = "7f0d4c000000-7f0d4c026000 r--p 00000000 fe:01 1048601    ";
    assertThat(Machine.glibc(Stream.of(line + "/usr/lib/libcap.so.2", line + file)))
        .contains(Path.of(file));
  }

  @Test
  void otherLibrariesAreNotTakenForIt() {
    Stream<String> musl =
        Stream.of(
            "7f0d4c000000-7f0d4c026000 r--p 00000000 fe:01 7    /lib/ld-musl-x86_64.so.1",
            "7f0d4c000000-7f0d4c026000 r--p 00000000 fe:01 8    /usr/lib/libc-client.so.2007",
            "7f0d4c000000-7f0d4c026000 rw-p 00000000 00:00 0    [heap]");
    assertThat(Machine.glibc(musl)).isEmpty();
  }
}
