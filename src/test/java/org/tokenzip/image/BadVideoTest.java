// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tokenzip.testing.Clip;
import org.tokenzip.testing.NoLeaks;

/** Every unusable video ends in one sentence that says what was expected and what came. */
@ExtendWith(NoLeaks.class)
class BadVideoTest {
  @TempDir private Path folder;

  /** The libraries stay, and are no leak of whichever test is the first to need them. */
  @BeforeAll
  static void loadLibraries() {
    Ffmpeg.load();
  }

  @Test
  void noFile() {
    assertRefused(folder.resolve("none.mp4"), "does not exist");
    assertRefused(folder, "is none");
  }

  @Test
  void anEmptyFile() throws IOException {
    assertRefused(Files.createFile(folder.resolve("clip.mp4")), "is empty");
  }

  @Test
  void onlySound() {
    assertRefused(Clip.writeSilence(folder.resolve("sound.mov")), "only sound");
  }

  /** Playlists name other files; a picture is no video; the name of a file does not matter. */
  @ParameterizedTest
  @CsvSource({"#EXTM3U", "ffconcat version 1.0", "hello world", "BM"})
  void otherFormats(String start) throws IOException {
    Path clip = Clip.of(Clip.Format.MP4, Clip.greys(2)).write(folder.resolve("inner.mp4"));
    String text = start + "\nfile '" + clip + "'\n#EXTINF:1,\n" + clip + "\n";
    assertRefused(Files.writeString(folder.resolve("list.mp4"), text), "MP4, MOV, WebM");
  }

  @Test
  void aPicture() throws IOException {
    byte[] png = Pictures.png(Pictures.pattern(32, 32));
    assertRefused(Files.write(folder.resolve("picture.mp4"), png), "MP4, MOV, WebM");
  }

  @ParameterizedTest
  @EnumSource
  void aFileThatBreaksOff(Clip.Format format) throws IOException {
    byte[] whole =
        Files.readAllBytes(Clip.of(format, Clip.greys(10)).write(folder.resolve("whole")));
    assertThat(VideoFrames.sample(folder.resolve("whole"), 2)).hasSize(2);
    int told = 0;
    for (int length = 1; length < whole.length; length++) {
      Path file = Files.write(folder.resolve("part"), Arrays.copyOf(whole, length));
      ImageException refused = refused(file);
      if (refused.getMessage().contains("breaks off after " + length + " bytes")) {
        told++;
      }
    }
    assertThat(told).as("but for cuts between two boxes").isGreaterThan(whole.length - 12);
  }

  /** Damage may go unnoticed or be noticed, but never hang, crash or throw anything else. */
  @ParameterizedTest
  @EnumSource
  void damagedBytes(Clip.Format format) throws IOException {
    byte[] whole =
        Files.readAllBytes(Clip.of(format, Clip.greys(10)).write(folder.resolve("whole")));
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] damaged = whole.clone();
      for (int hits = 1 + random.nextInt(8); hits > 0; hits--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      Path file = Files.write(folder.resolve("damaged"), damaged);
      try {
        assertThat(VideoFrames.sample(file, 3)).hasSize(3);
      } catch (ImageException e) {
        assertSentence(e.getMessage());
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  private static void assertRefused(Path file, String said) {
    assertThat(refused(file)).hasMessageContaining(said).hasMessageContaining(file.toString());
  }

  private static ImageException refused(Path file) {
    ImageException refused = assertThrows(ImageException.class, () -> VideoFrames.sample(file, 2));
    assertSentence(refused.getMessage());
    return refused;
  }

  private static void assertSentence(String message) {
    assertThat(message).endsWith(".").doesNotContain("\n").doesNotContain("..");
  }
}
