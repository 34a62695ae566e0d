// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

/** How a contextual token is formed from its target t and its members u: {@code tkz_merge_mode}. */
public enum MergeMode {
  /** t + mean(u), as the published code of VisionZip does. */
  TARGET_PLUS_MEAN(0),
  /** (t + sum(u)) / (1 + count), as its text says. */
  MEAN_WITH_TARGET(1);

  private final int code;

  MergeMode(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
