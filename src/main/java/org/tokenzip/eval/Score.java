// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval;

import org.jspecify.annotations.Nullable;

/**
 * How one method did at one budget.
 *
 * @param method its name
 * @param keep tokens it was to keep
 * @param visualTokens mean number of tokens that entered the language model; NaN where refused
 * @param tally right answers, none where refused
 * @param refusal why the method does not run on this model at this budget; null where it does
 */
public record Score(
    String method, int keep, double visualTokens, Tally tally, @Nullable String refusal) {

  static Score refused(String method, int keep, RuntimeException refusal) {
    String sentence = refusal.getMessage() == null ? refusal.toString() : refusal.getMessage();
    return new Score(method, keep, Double.NaN, new Tally(), sentence);
  }
}
