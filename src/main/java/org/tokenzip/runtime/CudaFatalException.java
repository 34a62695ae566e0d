// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import java.io.Serial;

/** A CUDA call failed and took the device's context with it: only a new process can use the GPU. */
public final class CudaFatalException extends CudaException {
  @Serial private static final long serialVersionUID = 1L;

  CudaFatalException(String message, int code, String errorName) {
    super(
        message + " The GPU cannot be used by this process any more: restart it.", code, errorName);
  }
}
