// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import org.bytedeco.pytorch.Tensor;

/**
 * The visual tokens of one picture, ready to take the place of its placeholder.
 *
 * @param tokens [n, E] in the language model's width; the caller's
 * @param provenance where each of the n comes from
 */
public record VisualSequence(Tensor tokens, Provenance provenance) {
  public VisualSequence {
    if (tokens.size(0) != provenance.outputTokens()) {
      throw new IllegalArgumentException(
          "provenance: expected " + tokens.size(0) + " tokens, got " + provenance.outputTokens());
    }
  }
}
