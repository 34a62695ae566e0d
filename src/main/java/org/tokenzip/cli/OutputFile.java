// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** A file that a command is to write. */
final class OutputFile {
  private OutputFile() {}

  /** Refuses a place where no file can be written, before the work is done that it is to show. */
  static void requireWritable(String option, Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file) || folder == null || !Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          option + ": expected a file in a folder that exists, got " + file);
    }
    if (Files.exists(file) && !(Files.isRegularFile(file) && Files.isWritable(file))) {
      throw new IllegalArgumentException(
          option
              + ": expected a file that can be written, got "
              + file
              + (Files.isRegularFile(file)
                  ? ", which may not be"
                  : ", which is a device or a pipe"));
    }
    if (!Files.isWritable(folder)) {
      throw new IllegalArgumentException(
          option + ": expected a file in a folder that can be written to, got " + file);
    }
  }
}
