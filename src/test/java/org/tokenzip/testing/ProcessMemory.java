// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Resident memory of this process, as the kernel counts it. */
public final class ProcessMemory {
  private ProcessMemory() {}

  /** Bytes resident now, memory-mapped files included. */
  public static long resident() {
    return kilobytes("VmRSS:") << 10;
  }

  /** The most bytes that were ever resident. */
  public static long peak() {
    return kilobytes("VmHWM:") << 10;
  }

  private static long kilobytes(String field) {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith(field))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
