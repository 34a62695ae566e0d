// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

/** What to do with the orientation a camera recorded in EXIF. */
public enum Orientation {
  /** Turn the picture upright, as PIL's {@code ImageOps.exif_transpose}. */
  APPLY,
  /** Take the stored rows and columns as they are. */
  IGNORE
}
