// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the libraries find on this machine, read without loading any of them. */
final class Machine {
  /** Extensions that change which kernels run here or in libtorch. */
  private static final List<String> FEATURES =
      List.of(
          "sse4_2",
          "avx",
          "f16c",
          "fma",
          "avx2",
          "avx_vnni",
          "avx512f",
          "avx512bw",
          "avx512vl",
          "avx512_vnni",
          "avx512_bf16",
          "avx512_fp16",
          "amx_tile",
          "amx_bf16",
          "amx_int8");

  private static final Pattern GLIBC = Pattern.compile("release version (\\d+\\.\\d+)");

  /** Up to 2.33 libc.so.6 is a link, and the kernel names the file behind it. */
  private static final Pattern GLIBC_FILE =
      Pattern.compile("/.*/libc(\\.so\\.6|-\\d+\\.\\d+\\.so)$");

  private Machine() {}

  /** Vector extensions of the processor, as Linux names them; empty if they cannot be read. */
  static List<String> cpuFeatures() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      Set<String> flags =
          lines
              .filter(line -> line.startsWith("flags"))
              .findFirst()
              .map(line -> Arrays.stream(line.split("\\s+")).collect(Collectors.toSet()))
              .orElse(Set.of());
      return FEATURES.stream().filter(flags::contains).toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Version of the C library this process runs on, or empty if it is not glibc. */
  static Optional<String> glibcVersion() {
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      Optional<Path> libc = glibc(maps);
      if (libc.isEmpty()) {
        return Optional.empty();
      }
      // The library carries its banner as plain text.
      String image = new String(Files.readAllBytes(libc.get()), StandardCharsets.ISO_8859_1);
      Matcher banner = GLIBC.matcher(image);
      return banner.find() ? Optional.of(banner.group(1)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The file of glibc among the lines of a process's memory map. */
  static Optional<Path> glibc(Stream<String> maps) {
    return maps.map(GLIBC_FILE::matcher)
        .filter(Matcher::find)
        .findFirst()
        .map(file -> Path.of(file.group()));
  }
}
