// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.tensor;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Element types of tensors: reading and checking them. */
public final class DTypes {
  private DTypes() {}

  /** Element type of {@code tensor}, comparable with {@code ==}. */
  public static ScalarType scalarType(Tensor tensor) {
    // Enums that come from native code are fresh objects until interned.
    return tensor.scalar_type().intern();
  }

  /**
   * The floating-point format of an argument.
   *
   * @throws IllegalArgumentException naming the argument, if its elements are of another kind
   */
  public static DType of(Tensor tensor, String name) {
    ScalarType type = scalarType(tensor);
    for (DType dtype : DType.values()) {
      if (dtype.scalarType() == type) {
        return dtype;
      }
    }
    throw new IllegalArgumentException(name + ": expected dtype fp32, fp16 or bf16, got " + type);
  }

  /**
   * Checks the element type of an argument.
   *
   * @throws IllegalArgumentException naming the argument, the type expected and the type given
   */
  public static void require(Tensor tensor, String name, ScalarType expected) {
    ScalarType type = scalarType(tensor);
    if (type != expected) {
      throw new IllegalArgumentException(name + ": expected dtype " + expected + ", got " + type);
    }
  }

  /** As {@link #require(Tensor, String, ScalarType)}, for a floating-point format. */
  public static void require(Tensor tensor, String name, DType expected) {
    require(tensor, name, expected.scalarType());
  }
}
