// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.util.regex.Pattern;

/**
 * Folds the parameter names that occur in LLaVA checkpoints into one layout.
 *
 * <p>Published checkpoints, files saved by newer library versions and in-memory names differ only
 * in wrappers such as {@code model.} and {@code vision_model.}; the canonical names have none:
 * {@code language_model.layers.0.self_attn.q_proj.weight}, {@code lm_head.weight}, {@code
 * vision_tower.encoder.layers.0.mlp.fc1.bias}, {@code multi_modal_projector.linear_1.weight}.
 */
final class TensorNames {
  private static final Pattern OUTER_MODEL =
      Pattern.compile(
          "^model\\.(?=(language_model|vision_tower|image_tower|video_tower"
              + "|multi_modal_projector|image_newline)(\\.|$))");
  private static final Pattern VISION_MODEL =
      Pattern.compile("^((?:vision|image|video)_tower\\.)vision_model\\.");
  private static final Pattern BUFFER =
      Pattern.compile(".*\\.(position_ids|rotary_emb\\.inv_freq)");

  private TensorNames() {}

  /** The canonical name of the parameter that a checkpoint calls {@code name}. */
  static String canonical(String name) {
    String inner = OUTER_MODEL.matcher(name).replaceFirst("");
    if (inner.startsWith("language_model.model.")) {
      return "language_model." + inner.substring("language_model.model.".length());
    }
    if (inner.startsWith("language_model.lm_head.")) {
      return inner.substring("language_model.".length());
    }
    return VISION_MODEL.matcher(inner).replaceFirst("$1");
  }

  /** Whether {@code name} is a constant that older versions saved along with the parameters. */
  static boolean isBuffer(String name) {
    return BUFFER.matcher(name).matches();
  }
}
