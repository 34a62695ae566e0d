// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.nio.file.Path;

/** Hears how far the loading of a checkpoint has come. Called on the loading thread. */
@FunctionalInterface
public interface LoadListener {
  /** Hears nothing. */
  LoadListener NONE = progress -> {};

  /** A tensor has been loaded. */
  void loaded(Progress progress);

  /**
   * The state after one more tensor.
   *
   * @param file the shard it came from
   * @param tensor its canonical name
   * @param loadedBytes bytes on disk of all tensors loaded so far
   * @param totalBytes bytes on disk of all tensors of the checkpoint
   */
  record Progress(Path file, String tensor, long loadedBytes, long totalBytes) {}
}
