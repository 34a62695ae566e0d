// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

/** Whose arithmetic FiCoCo follows where its paper and its code differ (METHODS 4.1, 4.5). */
public enum FiCoCoPreset {
  /** The formulas of the paper. */
  PAPER,
  /** The scores and weights of the published code; what is done with them stays the paper's. */
  RELEASED
}
