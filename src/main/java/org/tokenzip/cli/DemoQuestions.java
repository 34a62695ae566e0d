// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import java.util.List;
import org.tokenzip.pipeline.EmbeddedModel;

/**
 * The bundled questions that the demo asks: several kinds over several scenes, all answered rightly
 * with every visual token, so that what compression costs shows.
 */
final class DemoQuestions {
  private record Pick(String scene, String question) {}

  private static final List<Pick> PICKS =
      List.of(
          new Pick("scene14.png", "What color is the square?"),
          new Pick("scene14.png", "How many objects are there?"),
          new Pick("scene15.png", "Which shape is red?"),
          new Pick("scene15.png", "Is the blue triangle below the cyan diamond?"),
          new Pick("scene10.png", "Is there a yellow star?"),
          new Pick("scene19.png", "Where is the purple triangle?"),
          new Pick("scene07.png", "What is at the top?"),
          new Pick("scene11.png", "Which shape is the largest?"));

  private DemoQuestions() {}

  static List<EmbeddedModel.Question> all() {
    List<EmbeddedModel.Question> bundled = EmbeddedModel.questions();
    return PICKS.stream()
        .map(
            pick ->
                bundled.stream()
                    .filter(each -> each.image().endsWith(pick.scene()))
                    .filter(each -> each.question().equals(pick.question()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no bundled question " + pick)))
        .toList();
  }
}
