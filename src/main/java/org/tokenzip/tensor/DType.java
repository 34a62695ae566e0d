// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.tensor;

import java.util.Locale;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Floating-point formats that weights and activations may have. */
public enum DType {
  /** IEEE binary32. */
  FP32(ScalarType.Float, 4),
  /** IEEE binary16. */
  FP16(ScalarType.Half, 2),
  /** bfloat16: the upper half of binary32. */
  BF16(ScalarType.BFloat16, 2);

  private final ScalarType scalarType;
  private final int bytes;

  DType(ScalarType scalarType, int bytes) {
    this.scalarType = scalarType;
    this.bytes = bytes;
  }

  /**
   * The format called {@code fp32}, {@code fp16} or {@code bf16}; {@code float32}, {@code float16}
   * and {@code bfloat16}, the names of checkpoint configurations, mean the same.
   */
  public static DType parse(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "fp32", "float32" -> FP32;
      case "fp16", "float16" -> FP16;
      case "bf16", "bfloat16" -> BF16;
      default ->
          throw new IllegalArgumentException(
              "dtype: expected fp32, fp16 or bf16, got \"" + name + "\"");
    };
  }

  /** libtorch's name of this format. */
  public ScalarType scalarType() {
    return scalarType;
  }

  /** Size of one element. */
  public int bytes() {
    return bytes;
  }

  /** The name {@link #parse} reads. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
