// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.tensor.TensorScope;

/** Tensors that outlive the scopes they were made in, until they are closed together. */
final class OwnedTensors implements AutoCloseable {
  private final List<Tensor> tensors = new ArrayList<>();

  /** Makes {@code tensor} independent of the scopes open now. */
  Tensor own(Tensor tensor) {
    tensors.add(TensorScope.own(tensor));
    return tensor;
  }

  /** Another owner of the same tensors; they live until both are closed. */
  OwnedTensors share() {
    OwnedTensors other = new OwnedTensors();
    tensors.forEach(other::own);
    return other;
  }

  @Override
  public void close() {
    tensors.forEach(Tensor::close);
    tensors.clear();
  }
}
