// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import org.bytedeco.pytorch.Tensor;
import org.tokenzip.tensor.Shapes;

/**
 * What a vision tower leaves at its selected layer, for B views. The tensors are borrowed: whoever
 * made them closes them.
 *
 * @param hidden [B, S, D] hidden states that the layer puts out
 * @param queries [B, H, R, d] queries of that layer, not scaled: of the CLS token only (R = 1) or,
 *     of a tower without one, of all positions the layer saw
 * @param keys [B, H, L, d] keys of that layer, bias included; L = S unless the layer itself was
 *     made to drop tokens
 * @param hasCls whether position 0 is a CLS token
 */
public record VisionFeatures(Tensor hidden, Tensor queries, Tensor keys, boolean hasCls) {
  public VisionFeatures {
    Shapes.require(hidden, "hidden", 3);
    Shapes.require(keys, "keys", hidden.size(0), Shapes.ANY, Shapes.ANY, Shapes.ANY);
    Shapes.require(
        queries, "queries", hidden.size(0), keys.size(1), hasCls ? 1 : keys.size(2), keys.size(3));
  }

  /** The CLS token's query: a view [B, H, d]. */
  public Tensor clsQuery() {
    if (!hasCls) {
      throw new UnsupportedOperationException(
          "features: expected a vision tower with a CLS token, got one without");
    }
    return queries.select(2, 0);
  }

  /** The hidden states of the patches alone: a view [B, N, D]. */
  public Tensor patchTokens() {
    return hidden.narrow(1, hasCls ? 1 : 0, patches());
  }

  /** Number of views. */
  public long images() {
    return hidden.size(0);
  }

  /** Number of patches of each view. */
  public long patches() {
    return hidden.size(1) - (hasCls ? 1 : 0);
  }
}
