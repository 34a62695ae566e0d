// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import org.bytedeco.pytorch.Tensor;
import org.tokenzip.tensor.Shapes;

/**
 * What a vision tower leaves at its selected layer, for B images. The tensors are borrowed: whoever
 * made them closes them.
 *
 * @param hidden [B, S, D] hidden states that the layer puts out
 * @param clsQuery [B, H, d] query of the CLS token in that layer, not scaled
 * @param keys [B, H, S, d] keys of that layer, bias included
 * @param hasCls whether position 0 is a CLS token; {@code clsQuery} is meaningless without one
 */
public record VisionFeatures(Tensor hidden, Tensor clsQuery, Tensor keys, boolean hasCls) {
  public VisionFeatures {
    Shapes.require(hidden, "hidden", 3);
    Shapes.require(keys, "keys", hidden.size(0), Shapes.ANY, hidden.size(1), Shapes.ANY);
    Shapes.require(clsQuery, "clsQuery", hidden.size(0), keys.size(1), keys.size(3));
  }

  /** Number of images. */
  public long images() {
    return hidden.size(0);
  }

  /** Number of patches of each image. */
  public long patches() {
    return hidden.size(1) - (hasCls ? 1 : 0);
  }
}
