// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

/** The vision towers there are, with what a configuration of each leaves out. */
public enum VisionArchitecture {
  /** CLIP (arXiv 2103.00020): a class token in front of the patches, a norm before the layers. */
  CLIP("clip_vision_model", true, 32, "quick_gelu", 1e-5),
  /** SigLIP (arXiv 2303.15343): patches only, their embedding with a bias. */
  SIGLIP("siglip_vision_model", false, 16, "gelu_pytorch_tanh", 1e-6);

  private final String modelType;
  private final boolean hasCls;
  final int patchSize;
  final String activation;
  final double layerNormEps;

  VisionArchitecture(
      String modelType, boolean hasCls, int patchSize, String activation, double layerNormEps) {
    this.modelType = modelType;
    this.hasCls = hasCls;
    this.patchSize = patchSize;
    this.activation = activation;
    this.layerNormEps = layerNormEps;
  }

  /** Its name in a configuration. */
  public String modelType() {
    return modelType;
  }

  /** Whether position 0 of its sequence is a class token. */
  public boolean hasCls() {
    return hasCls;
  }
}
