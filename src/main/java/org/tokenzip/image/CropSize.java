// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

/** The size of a centre crop in pixels; a picture that is smaller is padded with black. */
public record CropSize(int width, int height) {
  public CropSize {
    ImageLimits.require("The centre crop", width, height);
  }
}
