// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

/**
 * What a method is made for.
 *
 * @param keep visual tokens of a view that are to be left
 * @param tower the vision tower
 * @param decoder the language model
 */
public record Budget(int keep, TowerShape tower, DecoderShape decoder) {
  public Budget {
    if (keep < 1) {
      throw new IllegalArgumentException("keep: expected 1 or more tokens, got " + keep);
    }
  }
}
