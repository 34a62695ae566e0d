// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import java.io.Serial;

/** A CUDA call failed; the process can go on using the device. */
public class CudaException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final int code;
  private final String errorName;

  CudaException(String message, int code, String errorName) {
    super(message);
    this.code = code;
    this.errorName = errorName;
  }

  /** The {@code cudaError_t}. */
  public int code() {
    return code;
  }

  /** The name of {@link #code()} in the CUDA headers. */
  public String errorName() {
    return errorName;
  }
}
