// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

/** How the heads of an attention layer become one score: {@code tkz_head_reduction}. */
public enum HeadReduction {
  SUM(0),
  MEAN(1);

  private final int code;

  HeadReduction(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
