// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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

  /** Beginnings of names in the form of LLaVA's own code, and what they are here. */
  private static final Map<String, String> LLAVA_OWN =
      Map.of(
          "model.embed_tokens.", "language_model.embed_tokens.",
          "model.layers.", "language_model.layers.",
          "model.norm.", "language_model.norm.",
          "model.mm_projector.0.", "multi_modal_projector.linear_1.",
          "model.mm_projector.2.", "multi_modal_projector.linear_2.",
          "model.vision_tower.vision_tower.vision_model.", LlavaParameters.TOWER,
          "model.vision_tower_aux.vision_stem.", LlavaParameters.AUX_TOWER + "stem.",
          "model.vision_tower_aux.vision_stages.", LlavaParameters.AUX_TOWER + "stages.",
          "model.vlm_uni_", "vlm_uni_");

  private static final Pattern DUAL_VISION = Pattern.compile("^vision_model\\.");
  private static final Pattern TRUNK = Pattern.compile("^visual\\.trunk\\.(?=stem\\.|stages\\.)");

  private TensorNames() {}

  /** The canonical name of the parameter that a checkpoint calls {@code name}. */
  static String canonical(String name) {
    for (Map.Entry<String, String> form : LLAVA_OWN.entrySet()) {
      if (name.startsWith(form.getKey())) {
        return form.getValue() + name.substring(form.getKey().length());
      }
    }
    String inner = OUTER_MODEL.matcher(name).replaceFirst("");
    if (inner.startsWith("language_model.model.")) {
      return "language_model." + inner.substring("language_model.model.".length());
    }
    if (inner.startsWith("language_model.lm_head.")) {
      return inner.substring("language_model.".length());
    }
    return VISION_MODEL.matcher(inner).replaceFirst("$1");
  }

  /**
   * The canonical name of a parameter in the folder that a tower comes from; null for one that is
   * no part of it, as those of a text tower.
   *
   * @param prefix of the tower's canonical names
   */
  static @Nullable String inTowerFolder(String name, String prefix) {
    Pattern part = prefix.equals(LlavaParameters.AUX_TOWER) ? TRUNK : DUAL_VISION;
    return part.matcher(name).lookingAt() ? part.matcher(name).replaceFirst(prefix) : null;
  }

  /** Whether {@code name} is a constant that older versions saved along with the parameters. */
  static boolean isBuffer(String name) {
    return BUFFER.matcher(name).matches();
  }
}
