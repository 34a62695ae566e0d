// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import org.jspecify.annotations.Nullable;

/**
 * A checkpoint cannot be used: a file is missing, malformed or holds a value this library does not
 * support. The message is one sentence that names the file and what was expected and found.
 */
public final class CheckpointException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** A problem found in the content. */
  public CheckpointException(String message) {
    super(message);
  }

  /** A problem reported by the file system or the JSON parser. */
  public CheckpointException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
