// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import org.tokenzip.tensor.DType;

/** Vectors of FiCoCo, in the tower and in the language model. */
final class FicocoGolden {
  private FicocoGolden() {}

  static void check(GoldenFile file, DType dtype) {
    if (file.has("in.text_idx")) {
      FicocoLGolden.check(file, dtype);
    } else {
      FicocoVGolden.check(file, dtype);
    }
  }
}
