// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code generation_config.json} suggests for generating text. The file and each of its keys
 * may be absent.
 *
 * @param eosTokenIds any of which ends an answer; empty if not stated
 * @param bosTokenId null if not stated
 * @param padTokenId null if not stated
 * @param doSample whether to draw instead of taking the likeliest token; null if not stated
 * @param temperature null if not stated
 * @param topP null if not stated
 * @param topK null if not stated
 * @param maxNewTokens null if not stated
 */
public record GenerationDefaults(
    List<Integer> eosTokenIds,
    @Nullable Integer bosTokenId,
    @Nullable Integer padTokenId,
    @Nullable Boolean doSample,
    @Nullable Double temperature,
    @Nullable Double topP,
    @Nullable Integer topK,
    @Nullable Integer maxNewTokens) {
  /** Name of the file. */
  public static final String FILE = "generation_config.json";

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
    return new GenerationDefaults(
        json.integers("eos_token_id", 0, Limits.VOCABULARY),
        json.integer("bos_token_id", 0, Limits.VOCABULARY),
        json.integer("pad_token_id", -1, Limits.VOCABULARY),
        json.has("do_sample") ? json.bool("do_sample", false) : null,
        json.number("temperature", 0, 1e6),
        json.number("top_p", 0, 1),
        json.integer("top_k", 0, Limits.VOCABULARY),
        json.integer("max_new_tokens", 1, Limits.POSITIONS));
  }
}
