// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval.scene;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Questions for what one object, or the background, looks like. */
final class AttributeQuestions {
  private AttributeQuestions() {}

  /** The colour of the only object of a shape. */
  static Optional<SceneQuestion> colour(Scene scene, SceneRandom random) {
    return pick(lonely(scene, SceneObject::shape), random)
        .map(
            object -> {
              String size = random.chance(0.8) ? "" : object.size().word() + " ";
              return QuestionKind.COLOR.of(
                  "What color is the " + size + object.shape().word() + "?",
                  object.colour().word());
            });
  }

  /** The shape of the only object of a colour. */
  static Optional<SceneQuestion> shape(Scene scene, SceneRandom random) {
    return pick(lonely(scene, SceneObject::colour), random)
        .map(
            object ->
                QuestionKind.SHAPE.of(
                    "Which shape is " + object.colour().word() + "?", object.shape().word()));
  }

  /** Colour or shape of the only large object among small ones, or the other way round. */
  static Optional<SceneQuestion> largest(Scene scene, SceneRandom random) {
    List<SceneObject> lonely =
        scene.objects().size() < 2 ? List.of() : lonely(scene, SceneObject::size);
    return pick(lonely, random)
        .map(
            object -> {
              String most = object.size() == Size.LARGE ? "largest" : "smallest";
              return random.chance(0.5)
                  ? QuestionKind.LARGEST.of(
                      "Which shape is the " + most + "?", object.shape().word())
                  : QuestionKind.LARGEST.of(
                      "What color is the " + most + " object?", object.colour().word());
            });
  }

  /** Whether an object is large or small. */
  static Optional<SceneQuestion> size(Scene scene, SceneRandom random) {
    SceneObject object = random.pick(scene.objects());
    if (random.chance(0.5)) {
      return Optional.of(
          QuestionKind.SIZE.of(
              "Is the " + object.name() + " large or small?", object.size().word()));
    }
    Size asked = random.pick(List.of(Size.values()));
    return Optional.of(
        QuestionKind.SIZE.of(
            "Is the " + object.name() + " " + asked.word() + "?",
            QuestionKind.yesOrNo(object.size() == asked)));
  }

  static Optional<SceneQuestion> background(Scene scene, SceneRandom random) {
    return Optional.of(
        QuestionKind.BACKGROUND.of("Is the background dark or light?", scene.tone().word()));
  }

  /** Objects that share {@code property} with no other. */
  private static List<SceneObject> lonely(Scene scene, Function<SceneObject, ?> property) {
    List<SceneObject> lonely = new ArrayList<>();
    for (SceneObject object : scene.objects()) {
      Object value = property.apply(object);
      if (scene.objects().stream().filter(o -> property.apply(o).equals(value)).count() == 1) {
        lonely.add(object);
      }
    }
    return lonely;
  }

  private static Optional<SceneObject> pick(List<SceneObject> objects, SceneRandom random) {
    return objects.isEmpty() ? Optional.empty() : Optional.of(random.pick(objects));
  }
}
