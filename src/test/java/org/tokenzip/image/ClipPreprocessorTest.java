// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ClipPreprocessorTest {
  private static final ClipPreprocessing RAW =
      ClipPreprocessing.square(4)
          .withResize(null)
          .withCrop(null)
          .withRescaleFactor(1)
          .withoutNormalisation();

  @Test
  void withEveryStepOffGivesTheSamplesByChannel() {
    RgbImage picture = new RgbImage(2, 1, new byte[] {1, 2, 3, (byte) 250, 5, 6});
    PixelValues pixels = new ClipPreprocessor(RAW).apply(picture);
    assertThat(pixels.values()).containsExactly(1, 250, 2, 5, 3, 6);
    assertThat(pixels.height()).isEqualTo(1);
    assertThat(pixels.width()).isEqualTo(2);
  }

  @Test
  void normalisesInSinglePrecision() {
    RgbImage white = new RgbImage(1, 1, new byte[] {-1, -1, -1});
    PixelValues pixels = new ClipPreprocessor(ClipPreprocessing.defaults336()).apply(white);
    assertThat(pixels.values()).hasSize(3 * 336 * 336);
    assertThat(pixels.values()[0]).isEqualTo((1f - 0.48145467f) / 0.26862955f);
  }

  @Test
  void padsAPictureSmallerThanTheCropWithBlack() {
    RgbImage picture = new RgbImage(1, 3, new byte[] {1, 1, 1, 2, 2, 2, 3, 3, 3});
    float[] red = new ClipPreprocessor(RAW.withCrop(new CropSize(4, 2))).apply(picture).values();
    // The odd column goes left, as ceil((4 - 1) / 2) = 2; of three rows the first two stay.
    assertThat(List.of(red[0], red[1], red[2], red[3])).containsExactly(0f, 0f, 1f, 0f);
    assertThat(List.of(red[4], red[5], red[6], red[7])).containsExactly(0f, 0f, 2f, 0f);
  }

  @Test
  void roundsTheLongEdgeDown() {
    ResizeTarget target = new ResizeTarget.ShortestEdge(56);
    assertThat(target.width(123, 77)).isEqualTo(89);
    assertThat(target.height(123, 77)).isEqualTo(56);
    assertThat(target.height(64, 200)).isEqualTo(175);
  }

  @Test
  void squeezesToAnExactSize() {
    ClipPreprocessing exact = RAW.withResize(new ResizeTarget.Exact(5, 7));
    PixelValues pixels = new ClipPreprocessor(exact).apply(Pictures.pattern(20, 3));
    assertThat(pixels.width()).isEqualTo(5);
    assertThat(pixels.height()).isEqualTo(7);
  }

  @Test
  void cropsExtremeShapesWithoutResizingAllOfThem() {
    RgbImage line = Pictures.pattern(16_000, 1);
    PixelValues pixels = new ClipPreprocessor(ClipPreprocessing.defaults336()).apply(line);
    assertThat(pixels.values()).hasSize(3 * 336 * 336);
  }

  @Test
  void refusesAnEndlessViewWhenNothingCrops() {
    ClipPreprocessor uncropped = new ClipPreprocessor(ClipPreprocessing.square(336).withCrop(null));
    assertThatThrownBy(() -> uncropped.apply(Pictures.pattern(16_000, 1)))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("has 5376000x336");
  }

  @Property(tries = 200)
  void aWindowIsThatPartOfTheWhole(
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll @IntRange(min = 1, max = 40) int height,
      @ForAll @IntRange(min = 1, max = 60) int newWidth,
      @ForAll @IntRange(min = 1, max = 60) int newHeight,
      @ForAll @IntRange(max = 1000) int corner,
      @ForAll Filter filter) {
    RgbImage picture = Pictures.pattern(width, height);
    RgbImage whole = PilResampler.resize(picture, newWidth, newHeight, filter);
    int left = corner % newWidth;
    int top = corner / 7 % newHeight;
    Window window = new Window(left, top, newWidth - left, newHeight - top);
    RgbImage part = PilResampler.resizeWindow(picture, newWidth, newHeight, filter, window);
    for (int y = 0; y < part.height(); y++) {
      for (int x = 0; x < part.width(); x++) {
        assertThat(part.sample(x, y, 1)).isEqualTo(whole.sample(x + left, y + top, 1));
      }
    }
  }

  @Property
  void aFlatPictureStaysFlat(
      @ForAll byte sample,
      @ForAll @IntRange(min = 1, max = 50) int side,
      @ForAll @IntRange(min = 1, max = 90) int newSide,
      @ForAll Filter filter) {
    byte[] rgb = new byte[3 * side * 2];
    Arrays.fill(rgb, sample);
    RgbImage resized = PilResampler.resize(new RgbImage(side, 2, rgb), newSide, 5, filter);
    assertThat(resized.rgb()).containsOnly(sample);
  }

  @Test
  void leadsBackToThePicture() {
    // 400x200 becomes 200x100, of which columns 50..149 are seen.
    ClipGeometry geometry = ClipPreprocessing.square(100).geometry(400, 200);
    assertThat(geometry.pictureX(0)).isCloseTo(100, within(1e-9));
    assertThat(geometry.pictureX(100)).isCloseTo(300, within(1e-9));
    assertThat(geometry.pictureY(25)).isCloseTo(50, within(1e-9));
  }

  @Test
  void refusesOptionsThatCannotBe() {
    assertThatThrownBy(() -> Filter.ofCode(0)).hasMessageContaining("but got 0");
    assertThatThrownBy(() -> RAW.withRescaleFactor(Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> RAW.withStatistics(List.of(1.0), List.of(1.0, 1.0, 1.0)))
        .hasMessageContaining("image_mean");
    assertThatThrownBy(() -> RAW.withStatistics(List.of(0.0, 0.0, 0.0), List.of(1.0, 0.0, 1.0)))
        .hasMessageContaining("image_std");
    assertThatThrownBy(() -> new ResizeTarget.ShortestEdge(0)).hasMessageContaining("but got 0");
    assertThatThrownBy(() -> new CropSize(0, 5)).hasMessageContaining("0x5");
  }
}
