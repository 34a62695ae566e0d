// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.compress.Provenance;
import org.tokenzip.tensor.Tensors;

/**
 * A picture or a clip as the language model gets it. Owns its tensor until closed.
 *
 * @param features [n, E] projected tokens
 * @param before tokens it has without compression, newlines included
 * @param provenance where each token comes from
 */
record VisualTokens(Tensor features, int before, Provenance provenance) implements AutoCloseable {
  /** All tokens of several, one after another: [Σn, E], of the innermost scope. */
  static Tensor features(List<VisualTokens> visuals) {
    return Tensors.concat(0, visuals.stream().map(VisualTokens::features).toArray(Tensor[]::new));
  }

  int count() {
    return provenance.outputTokens();
  }

  @Override
  public void close() {
    features.close();
  }
}
