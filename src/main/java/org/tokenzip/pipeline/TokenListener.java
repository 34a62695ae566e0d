// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

/** Receives an answer while it is being generated, on the generating thread. */
@FunctionalInterface
public interface TokenListener {
  /** A listener that ignores everything. */
  TokenListener NONE = text -> {};

  /**
   * The next stretch of text; it never changes afterwards and all stretches joined are the answer.
   */
  void onText(String text);
}
