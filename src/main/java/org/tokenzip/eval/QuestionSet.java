// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tokenzip.eval.scene.QuestionDealer;
import org.tokenzip.eval.scene.QuestionKind;
import org.tokenzip.eval.scene.Scene;
import org.tokenzip.eval.scene.SceneGenerator;
import org.tokenzip.image.ImageDecoder;
import org.tokenzip.image.RgbImage;
import org.tokenzip.pipeline.EmbeddedModel;

/**
 * Questions about scenes with their true answers.
 *
 * @param name what it is called in tables
 * @param scenes number of pictures
 * @param items all questions, those about one picture in a row
 */
public record QuestionSet(String name, int scenes, List<Item> items) {
  /** Questions about each fresh scene: about half the kinds there are. */
  private static final int PER_SCENE = 6;

  /** One question; questions about the same scene share the picture object. */
  public record Item(RgbImage picture, QuestionKind kind, String question, String answer) {}

  public QuestionSet {
    items = List.copyOf(items);
  }

  /** The scenes that ship with the embedded model, none of which it was trained on. */
  public static QuestionSet bundled() {
    Map<Path, RgbImage> pictures = new HashMap<>();
    List<Item> items =
        EmbeddedModel.questions().stream()
            .map(
                row ->
                    new Item(
                        pictures.computeIfAbsent(row.image(), ImageDecoder::decode),
                        QuestionKind.of(row.type()),
                        row.question(),
                        row.answer()))
            .toList();
    return new QuestionSet("bundled scenes", pictures.size(), items);
  }

  /** Scenes drawn from a seed, {@code side} pixels a side, {@value #PER_SCENE} questions each. */
  public static QuestionSet fresh(int scenes, long seed, int side) {
    SceneGenerator generator = new SceneGenerator(seed, side);
    QuestionDealer dealer = new QuestionDealer(seed);
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < scenes; i++) {
      Scene scene = generator.next();
      dealer
          .deal(scene, PER_SCENE)
          .forEach(
              asked ->
                  items.add(
                      new Item(scene.picture(), asked.kind(), asked.question(), asked.answer())));
    }
    return new QuestionSet("fresh scenes, seed " + seed, scenes, items);
  }

  /** Number of questions whose answer is a word or two. */
  public long shortQuestions() {
    return items.stream().filter(item -> item.kind() != QuestionKind.CAPTION).count();
  }
}
