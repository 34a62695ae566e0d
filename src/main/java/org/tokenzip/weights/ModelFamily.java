// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

/**
 * The vision-language models there are, with what a configuration of each leaves out. Support for
 * another family begins with a line here.
 */
public enum ModelFamily {
  /** LLaVA-1.5 (arXiv 2310.03744): one square view of a picture. */
  LLAVA("llava", TextArchitecture.LLAMA, VisionArchitecture.CLIP, 32000, -2, "default"),
  /** LLaVA-NeXT, also called LLaVA-1.6: the whole picture and crops of it, rows with a newline. */
  LLAVA_NEXT("llava_next", TextArchitecture.LLAMA, VisionArchitecture.CLIP, 32000, -2, "default"),
  /** LLaVA-OneVision (arXiv 2408.03326): as LLaVA-NeXT, many crops scaled down to a bound. */
  LLAVA_ONEVISION(
      "llava_onevision", TextArchitecture.QWEN2, VisionArchitecture.SIGLIP, 151646, -1, "full");

  private final String modelType;
  final TextArchitecture text;
  final VisionArchitecture vision;
  final int imageTokenId;
  final int featureLayer;
  final String selectStrategy;

  ModelFamily(
      String modelType,
      TextArchitecture text,
      VisionArchitecture vision,
      int imageTokenId,
      int featureLayer,
      String selectStrategy) {
    this.modelType = modelType;
    this.text = text;
    this.vision = vision;
    this.imageTokenId = imageTokenId;
    this.featureLayer = featureLayer;
    this.selectStrategy = selectStrategy;
  }

  /** Its name in a configuration. */
  public String modelType() {
    return modelType;
  }
}
