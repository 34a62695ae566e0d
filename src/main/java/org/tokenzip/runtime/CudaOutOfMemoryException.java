// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import java.io.Serial;

/** The GPU has not enough free memory. */
public final class CudaOutOfMemoryException extends CudaException {
  @Serial private static final long serialVersionUID = 1L;

  private final long freeBytes;

  CudaOutOfMemoryException(String message, int code, String errorName, long freeBytes) {
    super(message + " The device has " + (freeBytes >> 20) + " MiB free.", code, errorName);
    this.freeBytes = freeBytes;
  }

  /** Memory that was free on the device just after the failure. */
  public long freeBytes() {
    return freeBytes;
  }
}
