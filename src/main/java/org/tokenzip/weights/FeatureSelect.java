// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

/** Which positions of the vision tower's sequence become visual tokens. */
public enum FeatureSelect {
  /** The patches only: the class token is dropped. */
  DEFAULT,
  /** Every position. */
  FULL
}
