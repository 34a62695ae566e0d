// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.testing;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A named pipe, which stands for everything that is neither file nor folder: code that fails a test
 * may replace it, which would be a pity for a device.
 */
public final class Pipe {
  private Pipe() {}

  /** Makes one in {@code folder}. */
  public static Path in(Path folder) throws IOException {
    Path pipe = folder.resolve("pipe");
    Process mkfifo = new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start();
    try {
      if (mkfifo.waitFor() != 0) {
        throw new IOException("mkfifo " + pipe + " failed with " + mkfifo.exitValue());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while mkfifo ran", e);
    }
    return pipe;
  }
}
