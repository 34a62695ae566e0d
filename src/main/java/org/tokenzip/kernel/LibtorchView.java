// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
import org.tokenzip.tensor.DTypes;

/** libtorch tensors for operators on plain memory. */
public final class LibtorchView {
  private LibtorchView() {}

  /**
   * The memory of {@code tensor}: nothing is copied. The tensor stays reachable with the view, and
   * must not be closed before the last call that uses it.
   */
  public static NativeTensor view(Tensor tensor) {
    int rank = (int) tensor.dim();
    long[] shape = new long[rank];
    long[] strides = new long[rank];
    for (int i = 0; i < rank; i++) {
      shape[i] = tensor.size(i);
      strides[i] = tensor.stride(i);
    }
    ScalarType type = DTypes.scalarType(tensor);
    ElementType element = elementType(type);
    return NativeTensor.trusted(
        tensor,
        address(tensor),
        element,
        element == null ? type.toString() : element.toString(),
        LibtorchCall.deviceOf(tensor),
        shape,
        strides);
  }

  /** As {@link #view}, for an argument that may be left out. */
  static @Nullable NativeTensor optional(@Nullable Tensor tensor) {
    return tensor == null ? null : view(tensor);
  }

  /** The bytes of a tensor of one dimension. */
  static Workspace workspace(Tensor bytes) {
    return Workspace.trusted(bytes, address(bytes), bytes.size(0), LibtorchCall.deviceOf(bytes));
  }

  private static long address(Tensor tensor) {
    try (Pointer data = tensor.data_ptr()) {
      return data == null || data.isNull() ? 0 : data.address();
    }
  }

  private static @Nullable ElementType elementType(ScalarType type) {
    return switch (type) {
      case Float -> ElementType.FP32;
      case Half -> ElementType.FP16;
      case BFloat16 -> ElementType.BF16;
      case Int -> ElementType.INT32;
      case Long -> ElementType.INT64;
      default -> null;
    };
  }
}
