// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every unusable picture ends in one sentence that says what was expected and what came. */
class BadPictureTest {
  @TempDir private Path folder;

  static Stream<Arguments> badBytes() throws IOException {
    byte[] jpeg = Pictures.sample("colour.jpg");
    byte[] png = Pictures.png(Pictures.pattern(50, 50));
    return Stream.of(
        Arguments.of("empty", new byte[0], "but got an empty file"),
        Arguments.of("one byte", new byte[] {7}, "begins with bytes 07"),
        Arguments.of("text", "hello, world".getBytes(StandardCharsets.UTF_8), "68 65 6c 6c 6f"),
        Arguments.of("start of a JPEG only", Arrays.copyOf(jpeg, 3), "sound JPEG"),
        Arguments.of("half a JPEG", Pictures.firstHalf(jpeg), "truncated"),
        Arguments.of("JPEG without end", Arrays.copyOf(jpeg, jpeg.length - 2), "truncated"),
        Arguments.of("start of a PNG only", Arrays.copyOf(png, 8), "sound PNG"),
        Arguments.of("half a PNG", Pictures.firstHalf(png), "sound PNG"),
        Arguments.of(
            "half a WebP", Pictures.firstHalf(Pictures.sample("lossless.webp")), "sound WEBP"),
        Arguments.of(
            "half a GIF", Pictures.firstHalf(Pictures.sample("animated.gif")), "sound GIF"),
        Arguments.of("half a BMP", Pictures.firstHalf(Pictures.sample("colour.bmp")), "sound BMP"),
        Arguments.of("huge", Pictures.hollowPng(20_000, 20_000), "at most 16384 pixels a side"),
        Arguments.of("wide", Pictures.hollowPng(16_385, 1), "has 16385x1"),
        Arguments.of("too many pixels", Pictures.hollowPng(16_000, 16_000), "100 megapixels"),
        Arguments.of("no pixels", Pictures.hollowPng(4, 4), "sound PNG"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badBytes")
  void refusesInOneSentence(String name, byte[] bytes, String part) {
    ImageException refused =
        assertThrows(ImageException.class, () -> ImageDecoder.decode(bytes, "bad.png"));
    assertThat(refused)
        .hasMessageContaining(part)
        .hasMessageContaining("bad.png")
        .hasMessageMatching("[^\n]*\\.");
  }

  @Test
  void refusesFolders() {
    assertThatThrownBy(() -> ImageDecoder.decode(folder))
        .isInstanceOf(ImageException.class)
        .hasMessage("Expected a picture file, but " + folder + " is a directory.");
  }

  @Test
  void refusesMissingFiles() {
    Path missing = folder.resolve("missing.png");
    assertThatThrownBy(() -> ImageDecoder.decode(missing))
        .isInstanceOf(ImageException.class)
        .hasMessage("Expected a picture file, but " + missing + " does not exist.");
  }

  @Test
  void refusesFilesBelowFiles() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> ImageDecoder.decode(file.resolve("below.png")))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("readable picture file");
  }
}
