// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.nio.file.Path;

/**
 * A vision and a text tower that were trained together, into a space that both share: a CLIP (arXiv
 * 2103.00020) or a SigLIP (arXiv 2303.15343) model.
 *
 * @param vision the vision tower; what it is made of says which of the two this is
 * @param text the text tower
 * @param sharedSize width of the shared space
 * @param relevanceSign 1 if patches that fit a text have a high cosine with it at the layer that
 *     LLaVA reads, -1 if a low one, as in the published towers, which never compared single patches
 *     with texts; a key of ours, {@code relevance_sign}
 */
public record DualTowerConfig(
    VisionConfig vision, TextTowerConfig text, int sharedSize, int relevanceSign) {
  private static final String CLIP = "clip";
  private static final String SIGLIP = "siglip";

  /**
   * Reads {@code config.json} of the checkpoint in {@code directory} and, for SigLIP, what {@code
   * tokenizer_config.json} says about padding.
   *
   * @throws CheckpointException if there is no configuration, or it is malformed or not that of a
   *     dual tower
   */
  public static DualTowerConfig read(Path directory) {
    CheckpointDirectory.require(directory);
    return read(
        ConfigJson.read(directory.resolve(ModelConfig.FILE)), TokenizerConfig.read(directory));
  }

  static DualTowerConfig read(ConfigJson json, TokenizerConfig tokenizer) {
    String type = json.string("model_type", "");
    if (!type.equals(CLIP) && !type.equals(SIGLIP)) {
      throw json.wrong("model_type", "that of a text tower (clip or siglip)");
    }
    json.refuse("quantization_config", "quantised checkpoints are not supported");
    int sign = json.integer("relevance_sign", -1, 1, -1);
    if (sign == 0) {
      throw json.wrong("relevance_sign", "1 or -1");
    }
    ConfigJson vision = json.child("vision_config");
    ConfigJson text = json.child("text_config");
    return type.equals(CLIP)
        ? new DualTowerConfig(
            VisionConfig.read(vision, VisionArchitecture.CLIP),
            ClipTextConfig.read(text),
            json.integer("projection_dim", 1, Limits.WIDTH, 512),
            sign)
        : siglip(VisionConfig.read(vision, VisionArchitecture.SIGLIP), text, tokenizer, sign);
  }

  /** SigLIP's patches are not projected: the shared space is as wide as the vision tower. */
  private static DualTowerConfig siglip(
      VisionConfig vision, ConfigJson json, TokenizerConfig tokenizer, int sign) {
    SiglipTextConfig text = SiglipTextConfig.read(json, tokenizer);
    int shared = json.integer("projection_size", 1, Limits.WIDTH, text.hiddenSize());
    if (shared != vision.hiddenSize()) {
      throw json.wrong(
          "projection_size", "the vision tower's hidden_size of " + vision.hiddenSize());
    }
    return new DualTowerConfig(vision, text, shared, sign);
  }
}
