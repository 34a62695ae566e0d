// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

/**
 * Which queries pay and which tokens receive where attention is averaged: rows and columns of the
 * map, whether it is ever formed or not. Begins are 0 to S, ends exclusive and not before them; in
 * a ragged batch both are limited to what a picture has.
 *
 * @param rowEnd {@link #END} for the last row of each picture
 * @param columnEnd {@link #END} for the last column of each picture
 */
public record AttentionRange(long rowBegin, long rowEnd, long columnBegin, long columnEnd) {
  /** Stands for the end of each picture. */
  public static final long END = -1;

  /** Every token from every token. */
  public static final AttentionRange ALL = from(0);

  /** The tokens from {@code first} on from one another: 1 leaves out a CLS token. */
  public static AttentionRange from(long first) {
    return new AttentionRange(first, END, first, END);
  }

  /** Tokens that receive, of {@code tokens}; what does not fit is refused by the operator. */
  long columns(long tokens) {
    return Math.max(0, (columnEnd == END ? tokens : columnEnd) - columnBegin);
  }
}
