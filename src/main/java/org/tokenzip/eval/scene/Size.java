// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval.scene;

import java.util.Locale;

/** How large an object can be. */
public enum Size {
  SMALL(15, 19),
  LARGE(29, 35);

  private final int least;
  private final int most;

  Size(int least, int most) {
    this.least = least;
    this.most = most;
  }

  /** Its English name. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A radius of this size, in units of {@link SceneObject}. */
  int radius(SceneRandom random) {
    return least + random.below(most - least + 1);
  }
}
