// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.vision;

import org.bytedeco.pytorch.Tensor;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.weights.VisionConfig;

/** From pixels to the input of a tower's first encoder layer. */
interface VisionEmbeddings {
  /** pixels [B, 3, h, w] to [B, S, D]; pixels beyond the last whole patch are not looked at. */
  Tensor forward(Tensor pixels);

  /** Loads the embeddings of the tower whose parameters begin with {@code prefix}. */
  static VisionEmbeddings load(VisionConfig config, Parameters parameters, String prefix) {
    return switch (config.architecture()) {
      case CLIP -> new ClipEmbeddings(config, parameters, prefix);
      case SIGLIP -> new SiglipEmbeddings(config, parameters, prefix);
    };
  }
}
