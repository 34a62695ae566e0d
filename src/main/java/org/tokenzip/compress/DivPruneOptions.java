// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

/**
 * Budget of {@link DivPrune}.
 *
 * @param keep tokens for each view of a picture; not looked at if there is a share
 * @param share of a picture's sequence to keep, newline embeddings counted; NaN for none
 */
public record DivPruneOptions(int keep, double share) {
  public DivPruneOptions {
    if (Double.isNaN(share) ? keep < 0 : !(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          Double.isNaN(share)
              ? "keep: expected 0 or more tokens, got " + keep
              : "share: expected one from 0 to 1, got " + share);
    }
  }

  /** The published share for pictures, 56 of 576 tokens. */
  public static DivPruneOptions defaults() {
    return ofShare(0.098);
  }

  /** The published share for video. */
  public static DivPruneOptions video() {
    return ofShare(0.1);
  }

  /** So many tokens for each view. */
  public static DivPruneOptions ofKeep(int keep) {
    return new DivPruneOptions(keep, Double.NaN);
  }

  /** A share of the sequence, rounded to the nearest number of tokens. */
  public static DivPruneOptions ofShare(double share) {
    return new DivPruneOptions(0, share);
  }

  /**
   * Tokens to keep of a picture's {@code length}. As many as a view has patches are all, whatever
   * the model adds to them.
   */
  int count(int views, int patches, int length) {
    if (!Double.isNaN(share)) {
      return (int) Math.floor(share * length + 0.5);
    }
    return keep >= patches ? length : (int) Math.min((long) keep * views, length);
  }

  @Override
  public String toString() {
    return Double.isNaN(share) ? Integer.toString(keep) : Double.toString(share);
  }
}
