// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import org.bytedeco.pytorch.Tensor;
import org.tokenzip.compress.Provenance;

/**
 * A picture as the language model gets it. Owns its tensor until closed.
 *
 * @param features [n, E] projected tokens
 * @param before patches of the picture
 * @param provenance where each token comes from
 */
record VisualTokens(Tensor features, int before, Provenance provenance) implements AutoCloseable {
  int count() {
    return provenance.outputTokens();
  }

  @Override
  public void close() {
    features.close();
  }
}
