// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tokenzip.testing.ChildJvm;
import org.tokenzip.testing.Clip;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.testing.ProcessMemory;

@ExtendWith(NoLeaks.class)
class VideoFramesTest {
  /** Levels of frames lie at least ten apart. */
  private static final int LOSS = 4;

  @TempDir private Path folder;

  /** The libraries stay, and are no leak of whichever test is the first to need them. */
  @BeforeAll
  static void loadLibraries() {
    Ffmpeg.load();
  }

  @ParameterizedTest
  @EnumSource
  void samplesTheMiddleOfEachStretch(Clip.Format format) {
    Path file = Clip.of(format, Clip.greys(10)).write(folder.resolve("clip"));
    assertShows(file, IntStream.range(0, 10).toArray());
    assertShows(file, 1, 3, 5, 7, 9);
    assertShows(file, 1, 5, 8);
    assertShows(file, 5);
    assertShows(file, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9);
  }

  @ParameterizedTest
  @EnumSource
  void aFrameThatStandsLongCountsForLong(Clip.Format format) {
    Path file =
        Clip.of(format, Clip.greys(4)).shownFor(10, 50, 10, 10).write(folder.resolve("clip"));
    assertShows(file, 1, 1, 1, 3);
  }

  /** Containers of other formats do not tell when their last frame ends. */
  @Test
  void theLastFrameOfAGifStandsAsLongAsItSays() {
    Path file =
        Clip.of(Clip.Format.GIF, Clip.greys(3)).shownFor(10, 10, 60).write(folder.resolve("clip"));
    assertShows(file, 1, 2, 2, 2);
  }

  @Test
  void aSingleFrameIsAsManyAsAsked() {
    Path file = Clip.of(Clip.Format.MP4, Clip.greys(1)).write(folder.resolve("clip.mp4"));
    assertShows(file, 0, 0, 0);
  }

  @ParameterizedTest
  @EnumSource
  void aLongClipIsReadFromItsKeyFrames(Clip.Format format) {
    Path file = Clip.of(format, Clip.greys(120)).keyEvery(7).write(folder.resolve("clip"));
    assertShows(file, 15, 45, 75, 105);
    assertShows(file, IntStream.range(0, 120).toArray());
    Path oneKey = Clip.of(format, Clip.greys(120)).keyEvery(500).write(folder.resolve("one"));
    assertShows(oneKey, 15, 45, 75, 105);
  }

  /** A white quarter at the left of the top, in a frame of 32x16; where it goes when turned. */
  @ParameterizedTest
  @CsvSource({
    "1,0,0,1, 32,16, 8,4", "-1,0,0,1, 32,16, 24,4", "-1,0,0,-1, 32,16, 24,12",
    "1,0,0,-1, 32,16, 8,12", "0,1,1,0, 16,32, 4,8", "0,1,-1,0, 16,32, 12,8",
    "0,-1,-1,0, 16,32, 12,24", "0,-1,1,0, 16,32, 4,24"
  })
  void framesComeUpright(int a, int b, int c, int d, int width, int height, int x, int y) {
    byte[] rgb = new byte[3 * 32 * 16];
    for (int row = 0; row < 8; row++) {
      Arrays.fill(rgb, 3 * 32 * row, 3 * 32 * row + 3 * 16, (byte) 235);
    }
    Path file =
        Clip.of(Clip.Format.MP4, List.of(new RgbImage(32, 16, rgb)))
            .turned(a, b, c, d)
            .write(folder.resolve("clip.mp4"));
    RgbImage frame = VideoFrames.sample(file, 1).get(0);
    assertThat(frame.width()).isEqualTo(width);
    assertThat(frame.height()).isEqualTo(height);
    assertThat(frame.sample(x, y, 1)).isGreaterThan(200);
    assertThat(frame.sample(width - 1 - x, y, 1)).isLessThan(60);
    assertThat(frame.sample(x, height - 1 - y, 1)).isLessThan(60);
  }

  @ParameterizedTest
  @EnumSource(names = {"MP4", "WEBM"})
  void coloursSurvive(Clip.Format format) {
    byte[] rgb = new byte[3 * 32 * 16];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) 200;
      rgb[i + 1] = 90;
      rgb[i + 2] = 30;
    }
    Path file = Clip.of(format, List.of(new RgbImage(32, 16, rgb))).write(folder.resolve("clip"));
    RgbImage frame = VideoFrames.sample(file, 1).get(0);
    assertThat(frame.sample(9, 9, 0)).isCloseTo(200, within(LOSS));
    assertThat(frame.sample(9, 9, 1)).isCloseTo(90, within(LOSS));
    assertThat(frame.sample(9, 9, 2)).isCloseTo(30, within(LOSS));
  }

  @ParameterizedTest
  @CsvSource({"a clip.mp4", "klip-ä-日本.mp4", "http:x.mp4", "%d.mp4", "-"})
  void anyFileName(String name) {
    assertShows(Clip.of(Clip.Format.MP4, Clip.greys(2)).write(folder.resolve(name)), 0, 1);
  }

  @ParameterizedTest
  @CsvSource({"0", "-1", "1025"})
  void countsOutOfRangeAreRefused(int frames) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VideoFrames.sample(folder, frames))
        .withMessage("frames: expected 1 to 1024, got " + frames);
  }

  @Test
  void manyReadingsKeepNoMemory() {
    Path file = Clip.of(Clip.Format.MP4, Clip.greys(40)).write(folder.resolve("clip.mp4"));
    for (int i = 0; i < 20; i++) {
      VideoFrames.sample(file, 4);
    }
    long before = ProcessMemory.resident();
    for (int i = 0; i < 300; i++) {
      VideoFrames.sample(file, 4); // an unfreed container is 100 kB, a codec 200 kB
    }
    assertThat(ProcessMemory.resident() - before).isLessThan(20L << 20);
  }

  /** Samples argument 0 and prints how many frames came, or why none did. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      try {
        System.out.println(VideoFrames.sample(Path.of(arguments[0]), 3).size() + " frames");
      } catch (UnsupportedOperationException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void anEmptyCacheOfNativesIsFilled() throws Exception {
    Path file = Clip.of(Clip.Format.WEBM, Clip.greys(3)).write(folder.resolve("clip.webm"));
    ChildJvm jvm =
        ChildJvm.start(
            Program.class,
            folder.resolve("output"),
            List.of("-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve("cache")),
            file.toString());
    assertThat(jvm.lines()).last().isEqualTo("3 frames");
  }

  @Test
  void withoutFfmpegTheSentenceSaysWhatToAdd() throws Exception {
    String classPath =
        Arrays.stream(ChildJvm.classPath().split(File.pathSeparator))
            .filter(entry -> !entry.contains("ffmpeg"))
            .collect(Collectors.joining(File.pathSeparator));
    ChildJvm jvm =
        ChildJvm.startOn(
            classPath, Program.class, folder.resolve("output"), List.of(), Map.of(), "x");
    assertThat(jvm.lines())
        .last()
        .asString()
        .contains("org.bytedeco:ffmpeg")
        .contains("linux-x86_64");
  }

  private static void assertShows(Path file, int... expected) {
    int[] levels =
        VideoFrames.sample(file, expected.length).stream()
            .mapToInt(frame -> frame.sample(frame.width() / 2, frame.height() / 2, 1))
            .toArray();
    for (int i = 0; i < expected.length; i++) {
      assertThat(levels[i])
          .as("sample %d of %d", i, expected.length)
          .isCloseTo(Clip.level(expected[i]), within(LOSS));
    }
  }
}
