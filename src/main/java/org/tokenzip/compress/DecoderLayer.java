// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import org.bytedeco.pytorch.Tensor;

/**
 * A layer of the language model during the prefill of one prompt with one block of visual tokens.
 * Borrowed.
 *
 * @param index of the layer, from 0
 * @param hidden [1, S, E] of all tokens that are left, text included
 * @param queries [1, H, S, d] of this layer's attention, rotated, not scaled; after a reduction in
 *     the same layer still of all tokens that its attention saw
 * @param keys [1, Hkv, S, d] likewise
 * @param visualStart position of the first visual token
 * @param visualCount visual tokens that are left
 */
public record DecoderLayer(
    int index, Tensor hidden, Tensor queries, Tensor keys, int visualStart, int visualCount) {
  /** What logits are multiplied with, 1/sqrt(d). */
  public float scale() {
    return (float) (1 / Math.sqrt((double) keys.size(3)));
  }

  /** All positions. */
  public int positions() {
    return (int) hidden.size(1);
  }

  /** Positions behind the visual block. */
  public int textAfter() {
    return positions() - visualStart - visualCount;
  }
}
