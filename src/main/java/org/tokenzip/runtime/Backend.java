// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import java.util.Locale;

/** Where kernels run: {@code tkz_backend}. */
public enum Backend {
  CPU(0),
  CUDA(1),
  /** The CUDA sources on the CPU; only in the natives that tests run on. */
  EMULATION(2);

  private final int code;

  Backend(int code) {
    this.code = code;
  }

  /** The value of {@code tkz_backend}. */
  public int code() {
    return code;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
