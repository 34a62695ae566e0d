// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval.scene;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The description of a whole scene: every object with its place, from left to right. */
final class Caption {
  private Caption() {}

  static Optional<SceneQuestion> ask(Scene scene, SceneRandom random) {
    return Optional.of(QuestionKind.CAPTION.of("Describe the picture.", of(scene.objects())));
  }

  static String of(List<SceneObject> objects) {
    List<String> parts =
        objects.stream()
            .sorted(Comparator.comparingInt(SceneObject::x))
            .map(
                object ->
                    withArticle(object.size().word())
                        + " "
                        + object.name()
                        + " at the "
                        + object.place().word())
            .toList();
    int last = parts.size() - 1;
    return last == 0
        ? "There is " + parts.get(0) + "."
        : "There are "
            + parts.size()
            + " objects: "
            + String.join(", ", parts.subList(0, last))
            + " and "
            + parts.get(last)
            + ".";
  }

  static String withArticle(String words) {
    return ("aeiou".indexOf(words.charAt(0)) >= 0 ? "an " : "a ") + words;
  }
}
