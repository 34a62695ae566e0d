// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import org.jspecify.annotations.Nullable;
import org.tokenzip.tensor.DType;

/**
 * A LLaVA model: a vision tower, a two-layer projector and a language model.
 *
 * @param family how its parts work together
 * @param vision the tower
 * @param text the language model
 * @param projectorActivation between the projector's layers: {@code gelu} (exact), {@code
 *     gelu_pytorch_tanh}, {@code quick_gelu}, {@code relu} or {@code silu}
 * @param projectorBias whether the projector's layers have a bias
 * @param imageTokenId id of the placeholder that visual tokens take the place of; below 0 where it
 *     is no token of the vocabulary
 * @param videoTokenId the same for clips; null for a model that knows only pictures
 * @param visionFeatureLayer index of the selected hidden state: 0 is the input of the tower's first
 *     layer, negative counts from the end
 * @param select which positions of that state are used
 * @param anyres how pictures are cut into crops; null for a model that looks at one view
 * @param highResolution the second tower and how the first mines it; null for a model of one tower
 * @param tieWordEmbeddings whether the token table is also the output head where a checkpoint has
 *     none of its own
 * @param dtype of the stored parameters, as the configuration states it
 */
public record LlavaConfig(
    ModelFamily family,
    VisionConfig vision,
    LlamaConfig text,
    String projectorActivation,
    boolean projectorBias,
    int imageTokenId,
    @Nullable Integer videoTokenId,
    int visionFeatureLayer,
    FeatureSelect select,
    @Nullable AnyresConfig anyres,
    @Nullable HighResolutionConfig highResolution,
    boolean tieWordEmbeddings,
    DType dtype) {

  /** Whether the checkpoint has an embedding that ends a row of patches. */
  public boolean hasNewline() {
    return anyres != null;
  }

  /** Number of tower layers whose output the selected state needs, from 0 to all of them. */
  public int visionLayersNeeded() {
    return visionFeatureLayer >= 0 ? visionFeatureLayer : vision.layers() + 1 + visionFeatureLayer;
  }
}
