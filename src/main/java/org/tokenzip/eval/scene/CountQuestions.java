// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval.scene;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Questions for how many there are, or whether there is one. */
final class CountQuestions {
  private static final int MOST_TRIES = 20;

  private CountQuestions() {}

  static Optional<SceneQuestion> count(Scene scene, SceneRandom random) {
    return Optional.of(
        QuestionKind.COUNT.of(
            "How many objects are there?", Integer.toString(scene.objects().size())));
  }

  /** How many there are of a shape or a colour; often one that occurs more than once. */
  static Optional<SceneQuestion> countKind(Scene scene, SceneRandom random) {
    if (random.chance(0.65)) {
      Shape shape = kind(scene, random, SceneObject::shape, List.of(Shape.values()));
      return Optional.of(
          countOf(
              shape.plural(), scene.objects().stream().filter(o -> o.shape() == shape).count()));
    }
    Colour colour = kind(scene, random, SceneObject::colour, List.of(Colour.values()));
    return Optional.of(
        countOf(
            colour.word() + " objects",
            scene.objects().stream().filter(o -> o.colour() == colour).count()));
  }

  private static SceneQuestion countOf(String things, long count) {
    return QuestionKind.COUNT_KIND.of("How many " + things + " are there?", Long.toString(count));
  }

  private static <T> T kind(
      Scene scene, SceneRandom random, Function<SceneObject, T> property, List<T> all) {
    List<T> present = scene.objects().stream().map(property).distinct().toList();
    List<T> repeated =
        present.stream()
            .filter(
                value ->
                    scene.objects().stream().filter(o -> property.apply(o).equals(value)).count()
                        > 1)
            .toList();
    double lot = random.fraction();
    if (!repeated.isEmpty() && lot < 0.55) {
      return random.pick(repeated);
    }
    return random.pick(lot < 0.85 ? present : all);
  }

  /** Whether there is an object of a colour and a shape; half the answers are yes. */
  static Optional<SceneQuestion> exist(Scene scene, SceneRandom random) {
    if (random.chance(0.5)) {
      SceneObject object = random.pick(scene.objects());
      return Optional.of(existOf(object.colour(), object.shape(), true));
    }
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      // Mostly what is half there: a question whose words occur nowhere needs no look.
      double lot = random.fraction();
      Colour colour =
          lot < 0.65
              ? random.pick(scene.objects()).colour()
              : random.pick(List.of(Colour.values()));
      Shape shape =
          lot < 0.45 || (lot >= 0.65 && lot < 0.85)
              ? random.pick(scene.objects()).shape()
              : random.pick(List.of(Shape.values()));
      if (scene.objects().stream().noneMatch(o -> o.colour() == colour && o.shape() == shape)) {
        return Optional.of(existOf(colour, shape, false));
      }
    }
    return Optional.empty();
  }

  private static SceneQuestion existOf(Colour colour, Shape shape, boolean there) {
    return QuestionKind.EXIST.of(
        "Is there " + Caption.withArticle(colour.word()) + " " + shape.word() + "?",
        QuestionKind.yesOrNo(there));
  }
}
