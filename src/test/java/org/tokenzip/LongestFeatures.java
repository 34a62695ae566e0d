// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.tokenzip.compress.RowSelection;
import org.tokenzip.compress.TokenSelection;
import org.tokenzip.compress.ViewCompressor;
import org.tokenzip.compress.VisionFeatures;
import org.tokenzip.tensor.TensorScope;

/** Keeps the patches whose features are longest: a method that is not part of the library. */
public record LongestFeatures(int keep) implements ViewCompressor {
  @Override
  public String name() {
    return "longest-features";
  }

  @Override
  public TokenSelection select(VisionFeatures features) {
    try (TensorScope scope = new TensorScope()) {
      Tensor patches = features.patchTokens().to(ScalarType.Float); // [B, N, D]
      Tensor scores = patches.square().sum(new long[] {2}, false, null); // [B, N]
      return RowSelection.highest(features, scores, keep);
    }
  }
}
