// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.tokenzip.pipeline.EmbeddedModel;

/**
 * The answers are true: each question is read back from its words and answered from the objects by
 * other means than those that made it.
 */
class SceneQuestionTest {
  private static final List<QuestionKind> KINDS = List.of(QuestionKind.values());

  @Property(tries = 150)
  void answersAreTrue(@ForAll long seed) {
    Scene scene = new SceneGenerator(seed, 56).next();
    List<SceneQuestion> questions = new QuestionDealer(seed).deal(scene, KINDS.size());
    assertThat(questions).isNotEmpty();
    for (SceneQuestion asked : questions) {
      assertThat(answer(scene, asked))
          .as("%s about %s", asked, scene.objects())
          .isEqualTo(asked.answer());
    }
  }

  @Example
  void everyKindIsAskedAboutEquallyOften() {
    SceneGenerator generator = new SceneGenerator(3, 56);
    QuestionDealer dealer = new QuestionDealer(3);
    Map<QuestionKind, Integer> asked = new EnumMap<>(QuestionKind.class);
    for (int i = 0; i < 100; i++) {
      List<SceneQuestion> questions = dealer.deal(generator.next(), 6);
      assertThat(questions).hasSize(6).extracting(SceneQuestion::kind).doesNotHaveDuplicates();
      questions.forEach(question -> asked.merge(question.kind(), 1, Integer::sum));
    }
    assertThat(asked.keySet()).containsExactlyElementsOf(KINDS);
    assertThat(asked.values()).allMatch(count -> count >= 40 && count <= 50);
  }

  /** Bundled questions were made elsewhere: their words must be among those made here. */
  @Example
  void wordsAreThoseOfTheBundledQuestions() {
    for (EmbeddedModel.Question bundled : EmbeddedModel.questions()) {
      QuestionKind kind = QuestionKind.of(bundled.type());
      assertThat(pattern(kind)).as(bundled.question()).anyMatch(bundled.question()::matches);
    }
  }

  private static final String COLOUR = "(red|green|blue|yellow|orange|purple|pink|cyan)";
  private static final String SHAPE = "(circle|square|triangle|star|ring|cross|heart|diamond)";
  private static final String THING = COLOUR + " " + SHAPE;
  private static final String MOST = "(left|right|top|bottom)-most";

  private static List<String> pattern(QuestionKind kind) {
    return switch (kind) {
      case COLOR -> List.of("What color is the (small |large )?" + SHAPE + "\\?");
      case SHAPE -> List.of("Which shape is " + COLOUR + "\\?");
      case COUNT -> List.of("How many objects are there\\?");
      case COUNT_KIND ->
          List.of(
              "How many " + COLOUR + " objects are there\\?",
              "How many " + SHAPE + "(?:e?s) are there\\?");
      case EXIST -> List.of("Is there an? " + THING + "\\?");
      case EXTREME ->
          List.of("Which shape is " + MOST + "\\?", "What color is the " + MOST + " object\\?");
      case LARGEST ->
          List.of(
              "Which shape is the (largest|smallest)\\?",
              "What color is the (largest|smallest) object\\?");
      case AT_PLACE -> List.of("What is at the ([a-z ]+)\\?");
      case WHERE -> List.of("Where is the " + THING + "\\?");
      case SIZE ->
          List.of(
              "Is the " + THING + " large or small\\?", "Is the " + THING + " (large|small)\\?");
      case RELATION ->
          List.of(
              "Is the "
                  + THING
                  + " (to the left of|to the right of|above|below) the "
                  + THING
                  + "\\?");
      case BACKGROUND -> List.of("Is the background dark or light\\?");
      case CAPTION -> List.of("Describe the picture\\.");
    };
  }

  private static String answer(Scene scene, SceneQuestion asked) {
    List<String> forms = pattern(asked.kind());
    for (int form = 0; form < forms.size(); form++) {
      Matcher matcher = Pattern.compile(forms.get(form)).matcher(asked.question());
      if (matcher.matches()) {
        List<String> words = new ArrayList<>();
        for (int i = 1; i <= matcher.groupCount(); i++) {
          words.add(matcher.group(i));
        }
        return answer(scene, asked.kind(), form, words);
      }
    }
    throw new AssertionError("cannot be read back: " + asked.question());
  }

  private static String answer(Scene scene, QuestionKind kind, int form, List<String> words) {
    List<SceneObject> all = scene.objects();
    return switch (kind) {
      case COLOR -> only(with(all, words.get(1))).colour().word();
      case SHAPE -> only(with(all, words.get(0))).shape().word();
      case COUNT -> Integer.toString(all.size());
      case COUNT_KIND -> Integer.toString(with(all, words.get(0)).size());
      case EXIST -> with(with(all, words.get(0)), words.get(1)).isEmpty() ? "no" : "yes";
      case EXTREME -> named(furthest(all, words.get(0)), form);
      case LARGEST ->
          named(only(with(all, words.get(0).equals("largest") ? "large" : "small")), form);
      case AT_PLACE -> only(with(all, words.get(0))).name();
      case WHERE -> place(only(with(with(all, words.get(0)), words.get(1))));
      case SIZE -> {
        String size =
            only(with(with(all, words.get(0)), words.get(1))).radius() > 24 ? "large" : "small";
        yield form == 0 ? size : size.equals(words.get(2)) ? "yes" : "no";
      }
      case RELATION -> {
        SceneObject one = only(with(with(all, words.get(0)), words.get(1)));
        SceneObject other = only(with(with(all, words.get(3)), words.get(4)));
        boolean holds =
            switch (words.get(2)) {
              case "to the left of" -> one.x() < other.x();
              case "to the right of" -> one.x() > other.x();
              case "above" -> one.y() < other.y();
              default -> one.y() > other.y();
            };
        yield holds ? "yes" : "no";
      }
      case BACKGROUND -> scene.picture().sample(0, 0, 1) < 130 ? "dark" : "light";
      case CAPTION -> caption(all);
    };
  }

  private static String caption(List<SceneObject> objects) {
    List<SceneObject> sorted = new ArrayList<>(objects);
    sorted.sort(Comparator.comparing(SceneObject::x));
    StringBuilder text =
        new StringBuilder(
            objects.size() == 1 ? "There is " : "There are " + objects.size() + " objects: ");
    for (int i = 0; i < sorted.size(); i++) {
      SceneObject object = sorted.get(i);
      text.append(i == 0 ? "" : i == sorted.size() - 1 ? " and " : ", ")
          .append(object.radius() > 24 ? "a large " : "a small ")
          .append(object.name())
          .append(" at the ")
          .append(place(object));
    }
    return text.append('.').toString();
  }

  private static String named(SceneObject object, int form) {
    return form == 0 ? object.shape().word() : object.colour().word();
  }

  private static List<SceneObject> with(List<SceneObject> objects, String word) {
    return objects.stream()
        .filter(
            object ->
                List.of(
                        object.colour().word(),
                        object.shape().word(),
                        object.size().word(),
                        place(object))
                    .contains(word))
        .toList();
  }

  private static SceneObject only(List<SceneObject> objects) {
    assertThat(objects).hasSize(1);
    return objects.get(0);
  }

  private static SceneObject furthest(List<SceneObject> objects, String side) {
    Comparator<SceneObject> order =
        Comparator.comparing(
            side.equals("left") || side.equals("right") ? SceneObject::x : SceneObject::y);
    boolean last = side.equals("right") || side.equals("bottom");
    return objects.stream().max(last ? order : order.reversed()).orElseThrow();
  }

  private static String place(SceneObject object) {
    String row = object.y() < 75 ? "top" : object.y() < 150 ? "" : "bottom";
    String column = object.x() < 75 ? "left" : object.x() < 150 ? "" : "right";
    String place = (row + " " + column).strip();
    return place.isEmpty() ? "center" : place;
  }
}
