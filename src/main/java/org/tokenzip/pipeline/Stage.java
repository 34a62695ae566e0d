// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

/** The stages of answering a question about a picture, in order. */
public enum Stage {
  /** Resize, crop, normalise; decoding the file is not part of it. */
  PREPROCESS("preprocess"),
  /** The vision tower up to its selected layer. */
  VISION_TOWER("vision_tower"),
  /** Scores, selection and merging of visual tokens. */
  SELECT_MERGE("select_merge"),
  /** The multimodal projector. */
  PROJECTOR("projector"),
  /** The language model over the prompt, up to the first token. */
  PREFILL("prefill"),
  /** The language model over its own tokens. */
  DECODE("decode");

  private final String key;

  Stage(String key) {
    this.key = key;
  }

  /** Name in machine-readable output. */
  public String key() {
    return key;
  }
}
