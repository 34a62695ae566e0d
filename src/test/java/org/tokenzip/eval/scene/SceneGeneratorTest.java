// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.eval.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.tokenzip.image.RgbImage;

/** Scenes are what they say, and the same everywhere. */
class SceneGeneratorTest {
  private static final int SIDE = 112;

  /** The hash was computed once; another Java runtime, or a change of the generator, would show. */
  @Example
  void picturesAndQuestionsFollowFromTheSeedAlone() throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    SceneGenerator generator = new SceneGenerator(42, SceneObject.FIELD);
    QuestionDealer dealer = new QuestionDealer(42);
    for (int i = 0; i < 8; i++) {
      Scene scene = generator.next();
      digest.update(scene.picture().rgb());
      for (SceneQuestion asked : dealer.deal(scene, 13)) {
        digest.update((asked.question() + asked.answer()).getBytes(StandardCharsets.UTF_8));
      }
    }
    assertThat(HexFormat.of().formatHex(digest.digest(), 0, 8)).isEqualTo("766a255f347d02c2");
  }

  @Example
  void otherSeedsGiveOtherScenes() {
    assertThat(new SceneGenerator(1, SIDE).next()).isNotEqualTo(new SceneGenerator(2, SIDE).next());
  }

  @Property(tries = 60)
  void objectsAreInsideApartAndDifferent(@ForAll long seed) {
    Scene scene = new SceneGenerator(seed, 56).next();
    assertThat(scene.objects()).hasSizeBetween(1, 4);
    for (SceneObject one : scene.objects()) {
      assertThat(one.radius())
          .isBetween(one.size() == Size.SMALL ? 15 : 29, one.size() == Size.SMALL ? 19 : 35);
      assertThat(Math.abs(one.degrees())).isLessThanOrEqualTo(12);
      assertThat(Math.min(one.x(), one.y())).isGreaterThanOrEqualTo(one.radius() + 3);
      assertThat(Math.max(one.x(), one.y())).isLessThan(SceneObject.FIELD - one.radius() - 3);
      for (SceneObject other : scene.objects()) {
        if (!one.equals(other)) {
          assertThat(Math.hypot(one.x() - other.x(), one.y() - other.y()))
              .isGreaterThan(one.radius() + other.radius());
          assertThat(one.name()).isNotEqualTo(other.name());
        }
      }
    }
  }

  @Property(tries = 30)
  void picturesShowTheObjects(@ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int scale) {
    Scene scene = new SceneGenerator(seed, scale * SIDE).next();
    for (SceneObject object : scene.objects()) {
      // A ring is empty in the middle; a point three quarters up is inside it even when turned.
      int up = object.shape() == Shape.RING ? object.radius() * 3 / 4 : 0;
      int x = object.x() * scale / 2;
      int y = (object.y() - up) * scale / 2;
      for (int channel = 0; channel < 3; channel++) {
        assertThat(scene.picture().sample(x, y, channel))
            .as("%s, channel %d", object, channel)
            .isCloseTo(object.colour().sample(channel), Offset.offset(36));
      }
    }
  }

  @Property(tries = 30)
  void edgesHaveTheToneOfTheBackground(@ForAll long seed) {
    Scene scene = new SceneGenerator(seed, SIDE).next();
    // No object reaches the outermost two of 224 pixels.
    double brightness = brightness(scene.picture());
    assertThat(brightness > 128).isEqualTo(scene.tone() == Scene.Tone.LIGHT);
  }

  @Example
  void everyShapeColourSizePlaceAndToneOccurs() {
    Set<Shape> shapes = EnumSet.noneOf(Shape.class);
    Set<Colour> colours = EnumSet.noneOf(Colour.class);
    Set<Place> places = EnumSet.noneOf(Place.class);
    Set<Scene.Tone> tones = EnumSet.noneOf(Scene.Tone.class);
    SceneGenerator generator = new SceneGenerator(5, 56);
    for (int i = 0; i < 60; i++) {
      Scene scene = generator.next();
      tones.add(scene.tone());
      scene
          .objects()
          .forEach(
              object -> {
                shapes.add(object.shape());
                colours.add(object.colour());
                places.add(object.place());
              });
    }
    assertThat(shapes).containsExactly(Shape.values());
    assertThat(colours).containsExactly(Colour.values());
    assertThat(places).containsExactly(Place.values());
    assertThat(tones).containsExactly(Scene.Tone.values());
  }

  @Example
  void shapesCoverTheirAreas() {
    assertThat(area(Shape.CIRCLE)).isCloseTo(Math.PI, within());
    assertThat(area(Shape.RING)).isCloseTo(Math.PI * (1 - 0.52 * 0.52), within());
    assertThat(area(Shape.SQUARE)).isCloseTo(1.72 * 1.72, within());
    assertThat(area(Shape.DIAMOND)).isCloseTo(2 * 0.72, within());
    assertThat(area(Shape.TRIANGLE)).isCloseTo(0.98 * 1.75, within());
    assertThat(area(Shape.CROSS)).isCloseTo(4 * 0.31 * 2 - 0.62 * 0.62, within());
    assertThat(area(Shape.STAR)).isCloseTo(5 * 1.05 * 0.45 * Math.sin(Math.PI / 5), within());
  }

  @Example
  void aPictureTooSmallToShowAnythingIsRefused() {
    assertThatThrownBy(() -> new SceneGenerator(1, 20))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected 56 or more pixels, got 20");
  }

  private static Offset<Double> within() {
    return Offset.offset(0.01);
  }

  private static double area(Shape shape) {
    int steps = 600;
    int covered = 0;
    for (int row = 0; row < steps; row++) {
      double y = (row + 0.5) * 3 / steps - 1.5;
      for (int column = 0; column < steps; column++) {
        covered += shape.outline().covers((column + 0.5) * 3 / steps - 1.5, y) ? 1 : 0;
      }
    }
    return 9.0 * covered / (steps * steps);
  }

  private static double brightness(RgbImage picture) {
    double sum = 0;
    for (int x = 0; x < picture.width(); x++) {
      for (int channel = 0; channel < 3; channel++) {
        sum += picture.sample(x, 0, channel) + picture.sample(0, x, channel);
      }
    }
    return sum / (6 * picture.width());
  }
}
