// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

/** What the entries of a matrix say of two tokens: {@code tkz_matrix_kind}. */
public enum MatrixKind {
  DISTANCE(0),
  /** s, taken as the distance 1 - s. */
  SIMILARITY(1);

  private final int code;

  MatrixKind(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
