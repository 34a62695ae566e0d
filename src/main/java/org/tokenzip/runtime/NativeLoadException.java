// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import java.io.Serial;
import java.util.List;

/** The native libraries cannot be used in this process; the message says what to do about it. */
public class NativeLoadException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final List<String> missing;

  NativeLoadException(String message) {
    super(message);
    this.missing = List.of();
  }

  NativeLoadException(String message, Throwable cause) {
    super(message, cause);
    this.missing = List.of();
  }

  /** For libraries that the system's loader does not find. */
  NativeLoadException(String message, List<String> missing) {
    super(message);
    this.missing = List.copyOf(missing);
  }

  /** Every library that is missing, by soname; empty when the failure has another reason. */
  public List<String> missing() {
    return missing;
  }
}
