// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval.scene;

import java.util.List;
import java.util.Locale;
import org.tokenzip.image.RgbImage;

/**
 * A picture and what is in it.
 *
 * @param objects at least one, none overlapping another
 * @param tone of the background
 * @param picture square
 */
public record Scene(List<SceneObject> objects, Tone tone, RgbImage picture) {
  /** How bright a background is. */
  public enum Tone {
    DARK,
    LIGHT;

    /** Its English name. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Scene {
    objects = List.copyOf(objects);
  }
}
