// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench;

import java.util.Locale;

/** A bound that a ratio has to keep. */
record Target(double bound, Sense sense) {
  /** On which side of the bound the goal lies. */
  enum Sense {
    AT_LEAST,
    AT_MOST
  }

  static Target atLeast(double bound) {
    return new Target(bound, Sense.AT_LEAST);
  }

  static Target atMost(double bound) {
    return new Target(bound, Sense.AT_MOST);
  }

  boolean isMetBy(double value) {
    return sense == Sense.AT_LEAST ? value >= bound : value <= bound;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s %s", sense == Sense.AT_LEAST ? "≥" : "≤", text(bound));
  }

  /** {@code value} with three significant digits. */
  static String text(double value) {
    double magnitude = Math.abs(value);
    int digits = magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : magnitude >= 1 ? 2 : 4;
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
