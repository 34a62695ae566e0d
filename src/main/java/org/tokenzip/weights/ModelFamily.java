// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import org.jspecify.annotations.Nullable;

/**
 * The vision-language models there are, with what a configuration of each leaves out. Support for
 * another family begins with a line here.
 */
public enum ModelFamily {
  /** LLaVA-1.5 (arXiv 2310.03744): one square view of a picture. */
  LLAVA("llava", TextArchitecture.LLAMA, VisionArchitecture.CLIP, 32000, null, -2, "default"),
  /** LLaVA-NeXT, also called LLaVA-1.6: the whole picture and crops of it, rows with a newline. */
  LLAVA_NEXT(
      "llava_next", TextArchitecture.LLAMA, VisionArchitecture.CLIP, 32000, null, -2, "default"),
  /** LLaVA-OneVision (arXiv 2408.03326): as LLaVA-NeXT, many crops scaled down to a bound. */
  LLAVA_ONEVISION(
      "llava_onevision",
      TextArchitecture.QWEN2,
      VisionArchitecture.SIGLIP,
      151646,
      151647,
      -1,
      "full"),
  /** Video-LLaVA (arXiv 2311.10122): a tower for pictures and one for the frames of clips. */
  VIDEO_LLAVA(
      "video_llava", TextArchitecture.LLAMA, VisionArchitecture.CLIP, 32000, 32001, -2, "default"),
  /**
   * Mini-Gemini (arXiv 2403.18814): a second tower for details, configuration in LLaVA's own form.
   */
  MINI_GEMINI("mgm", TextArchitecture.LLAMA, VisionArchitecture.CLIP, -200, null, -2, "default");

  private final String modelType;
  final TextArchitecture text;
  final VisionArchitecture vision;
  final int imageTokenId;
  final @Nullable Integer videoTokenId;
  final int featureLayer;
  final String selectStrategy;

  ModelFamily(
      String modelType,
      TextArchitecture text,
      VisionArchitecture vision,
      int imageTokenId,
      @Nullable Integer videoTokenId,
      int featureLayer,
      String selectStrategy) {
    this.modelType = modelType;
    this.text = text;
    this.vision = vision;
    this.imageTokenId = imageTokenId;
    this.videoTokenId = videoTokenId;
    this.featureLayer = featureLayer;
    this.selectStrategy = selectStrategy;
  }

  /** Whether frames of clips go through a tower of their own. */
  public boolean hasVideoTower() {
    return this == VIDEO_LLAVA;
  }

  /** Its name in a configuration. */
  public String modelType() {
    return modelType;
  }
}
