// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What {@code processor_config.json} says about placing visual tokens into a prompt. The file and
 * each of its keys may be absent.
 *
 * @param imageToken text of the placeholder, {@code <image>} by default
 * @param additionalImageTokens positions of the tower that are no patches; null if not stated, then
 *     it is the tower's count of class tokens
 * @param patchSize in pixels; null if not stated
 */
public record ProcessorConfig(
    String imageToken, @Nullable Integer additionalImageTokens, @Nullable Integer patchSize) {
  /** Name of the file. */
  public static final String FILE = "processor_config.json";

  /**
   * Reads the file of the checkpoint in {@code directory}, if there is one.
   *
   * @throws CheckpointException if it is malformed
   */
  public static ProcessorConfig read(Path directory) {
    return read(ConfigJson.readIfPresent(directory.resolve(FILE)));
  }

  static ProcessorConfig read(ConfigJson json) {
    return new ProcessorConfig(
        json.string("image_token", "<image>"),
        json.integer("num_additional_image_tokens", 0, Limits.WIDTH),
        json.integer("patch_size", 1, Limits.IMAGE_SIDE));
  }
}
