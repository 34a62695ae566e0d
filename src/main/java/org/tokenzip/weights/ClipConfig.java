// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.nio.file.Path;

/**
 * A CLIP model: a vision and a text tower trained together, each with a projection into the space
 * they share.
 *
 * @param vision the vision tower
 * @param text the text tower
 * @param projectionSize width of the shared space
 * @param relevanceSign 1 if patches that fit a text have a high cosine with it at the layer that
 *     LLaVA reads, -1 if a low one, as in the published towers, which never compared single patches
 *     with texts; a key of ours, {@code relevance_sign}
 */
public record ClipConfig(
    VisionConfig vision, ClipTextConfig text, int projectionSize, int relevanceSign) {
  private static final String MODEL_TYPE = "clip";

  /**
   * Reads {@code config.json} of the checkpoint in {@code directory}.
   *
   * @throws CheckpointException if there is none, or it is malformed or not that of a CLIP model
   */
  public static ClipConfig read(Path directory) {
    CheckpointDirectory.require(directory);
    return read(ConfigJson.read(directory.resolve(ModelConfig.FILE)));
  }

  static ClipConfig read(ConfigJson json) {
    if (!MODEL_TYPE.equals(json.string("model_type"))) {
      throw json.wrong("model_type", "that of a text tower (" + MODEL_TYPE + ")");
    }
    json.refuse("quantization_config", "quantised checkpoints are not supported");
    int sign = json.integer("relevance_sign", -1, 1, -1);
    if (sign == 0) {
      throw json.wrong("relevance_sign", "1 or -1");
    }
    return new ClipConfig(
        VisionConfig.read(json.child("vision_config"), VisionArchitecture.CLIP),
        ClipTextConfig.read(json.child("text_config")),
        json.integer("projection_dim", 1, Limits.WIDTH, 512),
        sign);
  }
}
