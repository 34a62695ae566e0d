// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.tokenzip.image.AnyresTiles.Canvas;

class AnyresTilesTest {
  private static final int SIDE = 14;
  private static final AnyresTiles TILES =
      new AnyresTiles(
          List.of(
              new Canvas(28, 14),
              new Canvas(14, 28),
              new Canvas(28, 28),
              new Canvas(14, 42),
              new Canvas(42, 14)),
          SIDE);

  @Test
  void mostPixelsSurviveThenLeastAreWastedThenTheFirstWins() {
    assertThat(TILES.best(28, 28)).isEqualTo(new Canvas(28, 28));
    assertThat(TILES.best(300, 100)).isEqualTo(new Canvas(42, 14));
    assertThat(TILES.best(100, 300)).isEqualTo(new Canvas(14, 42));
    // 14 x 14 pixels fit everywhere, with equal waste on the first two.
    assertThat(TILES.best(14, 14)).isEqualTo(new Canvas(28, 14));
  }

  @Property(tries = 200)
  void cropsAreThoseOfTheWholePaddedPicture(
      @ForAll @IntRange(min = 1, max = 90) int width,
      @ForAll @IntRange(min = 1, max = 90) int height) {
    RgbImage picture = noise(width, height);
    assertThat(TILES.crops(picture, Filter.BICUBIC)).isEqualTo(expected(picture));
  }

  /** All of the picture lies in one row or column of crops, the others are black. */
  @Test
  void aLineOfPixelsLeavesCropsBlack() {
    AnyresTiles square = new AnyresTiles(List.of(new Canvas(42, 42)), SIDE);
    List<RgbImage> crops = square.crops(noise(300, 1), Filter.BICUBIC);
    RgbImage black = new RgbImage(SIDE, SIDE, new byte[3 * SIDE * SIDE]);
    assertThat(crops).hasSize(9);
    assertThat(crops.subList(0, 3)).containsOnly(black);
    assertThat(crops.subList(3, 6)).doesNotContain(black);
    assertThat(crops.subList(6, 9)).containsOnly(black);
  }

  @Test
  void canvasesAreWholeMultiplesOfACrop() {
    assertThatThrownBy(() -> new AnyresTiles(List.of(new Canvas(28, 15)), SIDE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tiles: expected multiples of 14 pixels, got Canvas[width=28, height=15]");
    assertThatThrownBy(() -> new AnyresTiles(List.of(), SIDE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("tiles: expected a canvas");
  }

  /** The plain way: resize, paste onto black, cut. */
  private static List<RgbImage> expected(RgbImage picture) {
    Canvas canvas = TILES.best(picture.width(), picture.height());
    double across = (double) canvas.width() / picture.width();
    double down = (double) canvas.height() / picture.height();
    boolean wide = across < down;
    int width = wide ? canvas.width() : ceiling(picture.width() * down, canvas.width());
    int height = wide ? ceiling(picture.height() * across, canvas.height()) : canvas.height();
    RgbImage resized = PilResampler.resize(picture, width, height, Filter.BICUBIC);
    byte[] padded = new byte[3 * canvas.width() * canvas.height()];
    for (int y = 0; y < height; y++) {
      int row = y + (canvas.height() - height) / 2;
      int at = 3 * (row * canvas.width() + (canvas.width() - width) / 2);
      System.arraycopy(resized.rgb(), 3 * y * width, padded, at, 3 * width);
    }
    List<RgbImage> crops = new ArrayList<>();
    for (int top = 0; top < canvas.height(); top += SIDE) {
      for (int left = 0; left < canvas.width(); left += SIDE) {
        byte[] crop = new byte[3 * SIDE * SIDE];
        for (int y = 0; y < SIDE; y++) {
          int from = 3 * ((top + y) * canvas.width() + left);
          System.arraycopy(padded, from, crop, 3 * y * SIDE, 3 * SIDE);
        }
        crops.add(new RgbImage(SIDE, SIDE, crop));
      }
    }
    return crops;
  }

  private static int ceiling(double length, int most) {
    return Math.min((int) Math.ceil(length), most);
  }

  private static RgbImage noise(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    new SplittableRandom(31L * width + height).nextBytes(rgb);
    return new RgbImage(width, height, rgb);
  }
}
