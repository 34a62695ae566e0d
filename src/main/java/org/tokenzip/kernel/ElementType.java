// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import java.util.Locale;

/** What the elements of a {@link NativeTensor} are: {@code tkz_dtype}. */
public enum ElementType {
  /** IEEE binary32. */
  FP32(0, 4),
  /** IEEE binary16. */
  FP16(1, 2),
  /** bfloat16: the upper half of binary32. */
  BF16(2, 2),
  INT32(16, 4),
  INT64(17, 8);

  private final int code;
  private final int bytes;

  ElementType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** The value of {@code tkz_dtype}. */
  int code() {
    return code;
  }

  /** Size of one element. */
  public int bytes() {
    return bytes;
  }

  boolean isFloatingPoint() {
    return this == FP32 || this == FP16 || this == BF16;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
