// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.util.List;

/**
 * One tensor of a safetensors file.
 *
 * @param name as written in the file
 * @param type of the elements
 * @param shape row-major; empty for a scalar
 * @param offset of the first byte, counted from the start of the file
 * @param length in bytes, always the product of {@code shape} and the element size
 */
public record TensorInfo(
    String name, SafetensorsType type, List<Long> shape, long offset, long length) {
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /** The shape as libtorch takes it. */
  public long[] dims() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  /** Number of elements; 1 for a scalar. */
  public long elements() {
    return length / type.bytes();
  }
}
