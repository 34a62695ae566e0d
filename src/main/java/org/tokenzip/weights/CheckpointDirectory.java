// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.nio.file.Files;
import java.nio.file.Path;

/** The directory that holds the files of one checkpoint. */
final class CheckpointDirectory {
  private CheckpointDirectory() {}

  /** Checks that {@code directory} is one and can be searched. */
  static void require(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new CheckpointException(
          directory
              + ": expected a checkpoint directory, found "
              + (Files.exists(directory) ? "a file" : "nothing"));
    }
    if (!Files.isReadable(directory) || !Files.isExecutable(directory)) {
      throw new CheckpointException(directory + ": expected a readable directory, got no access");
    }
  }
}
