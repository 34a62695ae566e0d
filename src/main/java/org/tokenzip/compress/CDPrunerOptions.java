// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

/**
 * Settings of {@link CDPruner}.
 *
 * @param keep tokens for each view of a picture
 * @param sign that cosines of patches with the question are multiplied with to give relevance: 1,
 *     -1, or 0 for what the {@link PromptGuide} says
 * @param centred whether the variant without what all tokens share is used
 */
public record CDPrunerOptions(int keep, int sign, boolean centred) {
  public CDPrunerOptions {
    if (keep < 0) {
      throw new IllegalArgumentException("keep: expected 0 or more tokens, got " + keep);
    }
    if (sign < -1 || sign > 1) {
      throw new IllegalArgumentException("sign: expected 1, -1 or 0, got " + sign);
    }
  }

  /** 64 tokens of every view, not centred. */
  public static CDPrunerOptions defaults() {
    return forBudget(64);
  }

  /** So many tokens of every view. */
  public static CDPrunerOptions forBudget(int keep) {
    return new CDPrunerOptions(keep, 0, false);
  }

  /** The same with another sign. */
  public CDPrunerOptions withSign(int value) {
    return new CDPrunerOptions(keep, value, centred);
  }

  /** The same, centred or not. */
  public CDPrunerOptions withCentred(boolean value) {
    return new CDPrunerOptions(keep, sign, value);
  }
}
