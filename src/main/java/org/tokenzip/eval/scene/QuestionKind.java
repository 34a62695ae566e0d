// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval.scene;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What can be asked about a scene. */
public enum QuestionKind {
  COLOR(AttributeQuestions::colour),
  SHAPE(AttributeQuestions::shape),
  COUNT(CountQuestions::count),
  COUNT_KIND(CountQuestions::countKind),
  EXIST(CountQuestions::exist),
  EXTREME(PlaceQuestions::extreme),
  LARGEST(AttributeQuestions::largest),
  AT_PLACE(PlaceQuestions::atPlace),
  WHERE(PlaceQuestions::where),
  SIZE(AttributeQuestions::size),
  RELATION(PlaceQuestions::relation),
  BACKGROUND(AttributeQuestions::background),
  CAPTION(Caption::ask);

  /** Finds a question of a kind, none where the scene leaves no clear answer. */
  interface Asker {
    Optional<SceneQuestion> ask(Scene scene, SceneRandom random);
  }

  @SuppressWarnings("ImmutableEnumChecker") // a function without state
  private final Asker asker;

  QuestionKind(Asker asker) {
    this.asker = asker;
  }

  /** Its name in files and tables. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The kind of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static QuestionKind of(String word) {
    return Arrays.stream(values())
        .filter(kind -> kind.word().equals(word))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("kind of question: got unknown \"" + word + "\""));
  }

  Optional<SceneQuestion> ask(Scene scene, SceneRandom random) {
    return asker.ask(scene, random);
  }

  SceneQuestion of(String question, String answer) {
    return new SceneQuestion(this, question, answer);
  }

  static String yesOrNo(boolean holds) {
    return holds ? "yes" : "no";
  }
}
