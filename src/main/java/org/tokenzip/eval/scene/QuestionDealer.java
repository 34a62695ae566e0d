// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval.scene;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Asks about scene after scene, every kind of question about equally often: not every scene has an
 * answer to every kind. Equal seeds and scenes give equal questions. For one thread.
 */
public final class QuestionDealer {
  private final SceneRandom random;
  private final Map<QuestionKind, Integer> asked = new EnumMap<>(QuestionKind.class);

  public QuestionDealer(long seed) {
    random = new SceneRandom(~seed); // not what the scenes were drawn from
    for (QuestionKind kind : QuestionKind.values()) {
      asked.put(kind, 0);
    }
  }

  /** Up to {@code count} questions of different kinds, those first that were asked least. */
  public List<SceneQuestion> deal(Scene scene, int count) {
    List<QuestionKind> kinds = List.of(QuestionKind.values());
    List<SceneQuestion> questions = new ArrayList<>();
    random.sample(kinds, kinds.size()).stream()
        .sorted(Comparator.comparing(asked::get))
        .forEachOrdered(
            kind -> {
              if (questions.size() < count) {
                kind.ask(scene, random).ifPresent(questions::add);
              }
            });
    questions.forEach(question -> asked.merge(question.kind(), 1, Integer::sum));
    return questions;
  }
}
