// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

/** The text tower of a dual tower. */
public sealed interface TextTowerConfig extends EncoderConfig
    permits ClipTextConfig, SiglipTextConfig {
  /** Rows of the token table. */
  int vocabSize();

  /** Longest text in tokens, those at its ends included. */
  int positions();
}
