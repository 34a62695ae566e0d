// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import org.tokenzip.kernel.MergeMode;

/**
 * Budget of {@link VisionZip} for one image.
 *
 * @param dominant tokens kept as they are, CLS included: at least 1 in a tower that has it
 * @param contextual tokens formed by merging
 * @param merge how those are formed
 * @param rowNewline whether the model's newline follows every row of stitched crops of which a
 *     token is kept (METHODS 3.3); not published
 */
public record VisionZipOptions(int dominant, int contextual, MergeMode merge, boolean rowNewline) {
  /** Of 64 published tokens, 54 are dominant; 128 and 192 are divided in the same proportion. */
  private static final double DOMINANT_SHARE = 54.0 / 64.0;

  public VisionZipOptions {
    if (dominant < 0) {
      throw new IllegalArgumentException(
          "dominant: expected 0 or more tokens, CLS included, got " + dominant);
    }
    if (contextual < 0) {
      throw new IllegalArgumentException(
          "contextual: expected 0 or more tokens, got " + contextual);
    }
    if (contextual > Integer.MAX_VALUE - dominant) {
      throw new IllegalArgumentException(
          "dominant and contextual: expected at most "
              + Integer.MAX_VALUE
              + " tokens together, got "
              + ((long) dominant + contextual));
    }
  }

  /** Without newlines, as published. */
  public VisionZipOptions(int dominant, int contextual, MergeMode merge) {
    this(dominant, contextual, merge, false);
  }

  /** The published budget of 64 tokens: 54 dominant, 10 contextual. */
  public static VisionZipOptions defaults() {
    return forBudget(64);
  }

  /**
   * Divides a budget the way the published ones are: 162 + 30, 108 + 20, 54 + 10, 27 + 5.
   *
   * @throws IllegalArgumentException if {@code keep} is not positive
   */
  public static VisionZipOptions forBudget(int keep) {
    if (keep < 1) {
      throw new IllegalArgumentException("keep: expected 1 or more tokens, got " + keep);
    }
    int dominant = Math.max(1, (int) Math.floor(keep * DOMINANT_SHARE + 0.5));
    return new VisionZipOptions(dominant, keep - dominant, MergeMode.TARGET_PLUS_MEAN);
  }

  /** The same budget, merged in another way. */
  public VisionZipOptions withMerge(MergeMode mode) {
    return new VisionZipOptions(dominant, contextual, mode, rowNewline);
  }

  /** The same budget, with newlines or without. */
  public VisionZipOptions withRowNewline(boolean value) {
    return new VisionZipOptions(dominant, contextual, merge, value);
  }

  /** Tokens that come out, of an image with at least that many. */
  public int outputTokens() {
    return dominant + contextual;
  }
}
