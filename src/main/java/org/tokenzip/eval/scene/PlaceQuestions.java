// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval.scene;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Questions for where something is. */
final class PlaceQuestions {
  private PlaceQuestions() {}

  /** Shape or colour of the object furthest in a direction. */
  static Optional<SceneQuestion> extreme(Scene scene, SceneRandom random) {
    Direction direction = random.pick(List.of(Direction.values()));
    List<SceneObject> ranked =
        scene.objects().stream()
            .sorted(Comparator.comparingInt(direction::reach).reversed())
            .toList();
    if (ranked.size() < 2
        || direction.reach(ranked.get(0)) - direction.reach(ranked.get(1)) < Direction.CLEARLY) {
      return Optional.empty();
    }
    SceneObject first = ranked.get(0);
    return Optional.of(
        random.chance(0.5)
            ? QuestionKind.EXTREME.of(
                "Which shape is " + direction.superlative() + "?", first.shape().word())
            : QuestionKind.EXTREME.of(
                "What color is the " + direction.superlative() + " object?",
                first.colour().word()));
  }

  /** What is in a place that holds one object. */
  static Optional<SceneQuestion> atPlace(Scene scene, SceneRandom random) {
    List<SceneObject> alone =
        scene.objects().stream()
            .filter(SceneObject::isClearlyPlaced)
            .filter(
                object ->
                    scene.objects().stream().filter(o -> o.place() == object.place()).count() == 1)
            .toList();
    if (alone.isEmpty()) {
      return Optional.empty();
    }
    SceneObject object = random.pick(alone);
    return Optional.of(
        QuestionKind.AT_PLACE.of("What is at the " + object.place().word() + "?", object.name()));
  }

  /** In which of nine places an object is. */
  static Optional<SceneQuestion> where(Scene scene, SceneRandom random) {
    SceneObject object = random.pick(scene.objects());
    return object.isClearlyPlaced()
        ? Optional.of(
            QuestionKind.WHERE.of("Where is the " + object.name() + "?", object.place().word()))
        : Optional.empty();
  }

  /** Whether one object lies in a direction from another. */
  static Optional<SceneQuestion> relation(Scene scene, SceneRandom random) {
    if (scene.objects().size() < 2) {
      return Optional.empty();
    }
    List<SceneObject> pair = random.sample(scene.objects(), 2);
    Direction direction = random.pick(List.of(Direction.values()));
    int ahead = direction.reach(pair.get(0)) - direction.reach(pair.get(1));
    if (Math.abs(ahead) < Direction.CLEARLY) {
      return Optional.empty();
    }
    String question =
        "Is the "
            + pair.get(0).name()
            + " "
            + direction.relation()
            + " the "
            + pair.get(1).name()
            + "?";
    return Optional.of(QuestionKind.RELATION.of(question, QuestionKind.yesOrNo(ahead > 0)));
  }
}
