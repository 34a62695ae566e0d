// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
  private static final int WIDTH = 40;
  private static final int HEIGHT = 24;

  /** Files written by Pillow, beside what its {@code convert("RGB")} makes of them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "alpha.webp",
        "animated.gif",
        "animated.webp",
        "cmyk.jpg",
        "colour.bmp",
        "colour.jpg",
        "colour444.jpg",
        "exif6.webp",
        "grey.jpg",
        "grey1.png",
        "grey_alpha.png",
        "lossless.webp",
        "palette_transparent.png",
        "progressive.jpg",
        "ycck.jpg"
      })
  void decodesLikePil(String name) throws IOException {
    RgbImage picture = ImageDecoder.decode(Pictures.FOLDER.resolve(name), Orientation.IGNORE);
    byte[] expected = Files.readAllBytes(Pictures.FOLDER.resolve("expected/" + name + ".rgb"));
    assertThat(picture).isEqualTo(new RgbImage(WIDTH, HEIGHT, expected));
  }

  @Test
  void approximatesPilOnLossyWebp() throws IOException {
    byte[] actual = ImageDecoder.decode(Pictures.sample("lossy.webp"), "lossy").rgb();
    byte[] expected = Files.readAllBytes(Pictures.FOLDER.resolve("expected/lossy.webp.rgb"));
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i] & 0xFF).as("sample %d", i).isCloseTo(expected[i] & 0xFF, within(4));
    }
  }

  @Test
  void keepsTheHighByteOfSixteenBitGrey() throws IOException {
    BufferedImage grey = new BufferedImage(3, 1, BufferedImage.TYPE_USHORT_GRAY);
    grey.getRaster().setPixels(0, 0, 3, 1, new int[] {0x00FF, 0x8001, 0xFFFF});
    RgbImage picture = ImageDecoder.decode(Pictures.png(grey), "grey16");
    assertThat(picture.rgb())
        .isEqualTo(new byte[] {0, 0, 0, (byte) 0x80, (byte) 0x80, (byte) 0x80, -1, -1, -1});
  }

  @Test
  void keepsTheHighByteOfSixteenBitColours() throws IOException {
    RgbImage picture =
        ImageDecoder.decode(Pictures.sample("colour16.png"), "colour16", Orientation.IGNORE);
    assertThat(picture.rgb()).isEqualTo(new byte[] {0x12, 0x56, (byte) 0x9A, -1, 0, 0x7F});
  }

  @Test
  void readsGreyWithoutGamma() throws IOException {
    BufferedImage grey = new BufferedImage(256, 1, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 256; i++) {
      grey.getRaster().setSample(i, 0, 0, i);
    }
    RgbImage picture = ImageDecoder.decode(Pictures.png(grey), "ramp");
    for (int i = 0; i < 256; i++) {
      assertThat(picture.sample(i, 0, i % 3)).isEqualTo(i);
    }
  }

  /** Where the samples 1..6 of a picture three wide and two high go, row by row. */
  @ParameterizedTest
  @CsvSource({
    "1, 3, 123456",
    "2, 3, 321654",
    "3, 3, 654321",
    "4, 3, 456123",
    "5, 2, 142536",
    "6, 2, 415263",
    "7, 2, 635241",
    "8, 2, 362514",
    "0, 3, 123456",
    "9, 3, 123456"
  })
  void turnsUpright(int orientation, int width, String order) throws IOException {
    byte[] rgb = new byte[18];
    byte[] expected = new byte[18];
    for (int i = 0; i < 18; i++) {
      rgb[i] = (byte) (10 * (i / 3 + 1) + i % 3);
      expected[i] = (byte) (10 * (order.charAt(i / 3) - '0') + i % 3);
    }
    byte[] png = Pictures.png(new RgbImage(3, 2, rgb));
    for (boolean littleEndian : new boolean[] {true, false}) {
      byte[] tagged = Pictures.withChunk(png, "eXIf", Pictures.exif(orientation, littleEndian));
      assertThat(ImageDecoder.decode(tagged, "tagged"))
          .isEqualTo(new RgbImage(width, 6 / width, expected));
      assertThat(ImageDecoder.decode(tagged, "tagged", Orientation.IGNORE).rgb()).isEqualTo(rgb);
    }
  }

  @Test
  void findsTheOrientationOfJpegAndWebp() throws IOException {
    byte[] jpeg = Pictures.withApp1(Pictures.sample("colour.jpg"), Pictures.exif(6, true));
    RgbImage stored = ImageDecoder.decode(jpeg, "jpeg", Orientation.IGNORE);
    assertThat(ImageDecoder.decode(jpeg, "jpeg")).isEqualTo(new ExifOrientation(6).apply(stored));
    RgbImage webp = ImageDecoder.decode(Pictures.FOLDER.resolve("exif6.webp"));
    assertThat(webp.width()).isEqualTo(HEIGHT);
    assertThat(webp.height()).isEqualTo(WIDTH);
  }
}
