// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import org.bytedeco.pytorch.Tensor;

/**
 * A layer of a vision tower between its attention and its feed-forward part, for B views. Borrowed.
 *
 * @param index of the layer, from 0
 * @param hidden [B, S, D] after the attention's residual
 * @param queries [B, H, S, d] of its attention, bias included, not scaled
 * @param keys [B, H, S, d]
 * @param hasCls whether position 0 is a CLS token
 */
public record TowerLayer(int index, Tensor hidden, Tensor queries, Tensor keys, boolean hasCls) {
  /** What logits are multiplied with, 1/sqrt(d). */
  public float scale() {
    return (float) (1 / Math.sqrt((double) keys.size(3)));
  }

  /** Number of views. */
  public long views() {
    return hidden.size(0);
  }

  /** Number of patches that are left. */
  public int patches() {
    return (int) hidden.size(1) - (hasCls ? 1 : 0);
  }
}
