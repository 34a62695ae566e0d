// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

/** Rotary positions of tokens after others before them were removed (METHODS 1.1). */
public enum PositionPolicy {
  /** Every token keeps the position it had in the full sequence. */
  ORIGINAL,
  /** At each layer the tokens that it sees are numbered without gaps. */
  PACKED
}
