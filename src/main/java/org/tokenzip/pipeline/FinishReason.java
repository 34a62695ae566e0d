// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

/** Why generation ended. */
public enum FinishReason {
  /** The model produced a stop token. */
  STOP,
  /**
   * {@link GenerationOptions#maxNewTokens()} were produced, or the sequence has become as long as
   * the model was trained for.
   */
  LENGTH
}
