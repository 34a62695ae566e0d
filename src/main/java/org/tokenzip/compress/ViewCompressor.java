// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.List;

/**
 * A method that decides for every view by what the tower says of it alone, before the projector.
 * All views of a batch are decided in one call.
 */
public interface ViewCompressor extends TokenCompressor {
  /**
   * Decides for every view of {@code features}, which may be closed afterwards.
   *
   * @return the decision; the caller closes it
   * @throws UnsupportedOperationException if the method needs something the tower does not have
   * @throws org.tokenzip.runtime.NonFiniteInputException if a NaN or infinity decides; from a CUDA
   *     device only when the selection is read
   */
  TokenSelection select(VisionFeatures features);

  @Override
  default List<VisualSequence> betweenTowerAndDecoder(VisualBatch batch) {
    try (TokenSelection selection = select(batch.features())) {
      return CompressedLayout.arrange(selection, batch);
    }
  }
}
