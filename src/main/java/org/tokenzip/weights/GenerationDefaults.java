// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.nio.file.Path;
import java.util.List;

/**
 * What {@code generation_config.json} says about generating text; how to sample is the caller's
 * choice. The file and the key may be absent.
 *
 * @param eosTokenIds any of which ends an answer; empty if not stated
 */
public record GenerationDefaults(List<Integer> eosTokenIds) {
  private static final String FILE = "generation_config.json";

  public GenerationDefaults {
    eosTokenIds = List.copyOf(eosTokenIds);
  }

  /**
   * Reads the file of the checkpoint in {@code directory}, if there is one.
   *
   * @throws CheckpointException if it is malformed
   */
  public static GenerationDefaults read(Path directory) {
    return read(ConfigJson.readIfPresent(directory.resolve(FILE)));
  }

  static GenerationDefaults read(ConfigJson json) {
    return new GenerationDefaults(json.integers("eos_token_id", 0, Limits.VOCABULARY));
  }
}
