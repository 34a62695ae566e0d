// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import org.bytedeco.pytorch.Tensor;
import org.tokenzip.runtime.NonFiniteInputException;
import org.tokenzip.tensor.Tensors;

/**
 * A result, and whether it can be trusted. On the CPU the operator has thrown {@link
 * NonFiniteInputException} if not; on a CUDA device {@link #requireFinite} does.
 *
 * @param values the result
 * @param nonFinite int32 [B] 1 where a NaN or infinity took part that decides something
 */
public record FlaggedTensor(Tensor values, Tensor nonFinite) implements AutoCloseable {
  /**
   * Reads the flags; waits for the device.
   *
   * @return {@code values}
   * @throws NonFiniteInputException naming the images whose values are meaningless
   */
  public Tensor requireFinite() {
    NonFinite.require(Tensors.toIntArray(nonFinite));
    return values;
  }

  @Override
  public void close() {
    values.close();
    nonFinite.close();
  }
}
