// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tokenzip.image.LineChart.Point;
import org.tokenzip.image.LineChart.Series;
import org.tokenzip.image.LineChart.Tick;

class LineChartTest {
  private static final List<Tick> TICKS = List.of(new Tick(4, "16"), new Tick(8, "256"));

  @TempDir Path directory;

  @Test
  void aLevelLineIsDrawnAtItsHeightFromTickToTick() {
    BufferedImage empty = chart(List.of()).draw();
    BufferedImage drawn = chart(List.of(level("x", false, 50))).draw();
    int middle = 50 + 430 / 2;
    for (int x = 101; x < 680; x++) {
      assertThat(drawn.getRGB(x, middle)).as("column %d", x).isNotEqualTo(empty.getRGB(x, middle));
    }
    assertThat(drawn.getRGB(85, middle)).isEqualTo(empty.getRGB(85, middle));
    assertThat(drawn.getRGB(400, middle - 20)).isEqualTo(empty.getRGB(400, middle - 20));
  }

  @Test
  void dashedLinesHaveGaps() {
    BufferedImage drawn = chart(List.of(level("x", true, 45))).draw();
    Set<Integer> colours = new HashSet<>();
    int row = (int) (50 + 430 * 0.55);
    for (int x = 300; x < 500; x++) {
      colours.add(drawn.getRGB(x, row) & 0xFFFFFF);
    }
    assertThat(colours).contains(0xFFFFFF).hasSizeGreaterThan(1);
  }

  @Test
  void namesOfAnyCharactersAreDrawn() throws IOException {
    Path file = directory.resolve("chart.png");
    chart(List.of(level("méthode-7 (β)", false, 10), level("Z", false, 90))).write(file);
    assertThat(ImageIO.read(file.toFile()).getHeight()).isEqualTo(560);
    assertThat(Files.size(file)).isLessThan(100_000);
  }

  @Test
  void theLongestNameOfTheLegendEndsInsideThePicture() {
    Series named = level("cdpruner-centred-of-all", false, 50);
    BufferedImage drawn = chart(List.of(named, level("x", false, 20))).draw();
    int last = 0;
    for (int x = 740; x < drawn.getWidth(); x++) {
      for (int y = 50; y < 480; y++) {
        last = (drawn.getRGB(x, y) & 0xFFFFFF) == 0xFFFFFF ? last : x;
      }
    }
    int end = 740 + 58 + (6 * named.name().length() - 1) * 2;
    assertThat(last).isBetween(end - 4, end - 1);
    assertThat(drawn.getWidth()).isEqualTo(end + 20);
    BufferedImage headed =
        new LineChart("t", "h".repeat(90), TICKS, 0, 100, 50, List.of(named)).draw();
    assertThat(headed.getWidth()).isEqualTo(70 + (6 * 90 - 1) * 2 + 20);
  }

  @Test
  void aSinglePointStands() {
    Series point = new Series("x", false, List.of(new Point(4, 50)));
    LineChart chart = new LineChart("t", "h", TICKS.subList(0, 1), 0, 100, 50, List.of(point));
    assertThat(chart.draw().getRGB(390, 265) & 0xFFFFFF).isNotEqualTo(0xFFFFFF);
  }

  @Test
  void axesThatDoNotRiseAreRefused() {
    assertThatThrownBy(() -> new LineChart("t", "h", TICKS, 100, 100, 10, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new LineChart("t", "h", List.of(), 0, 100, 10, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static LineChart chart(List<Series> series) {
    return new LineChart("tokens", "right answers in %", TICKS, 0, 100, 10, series);
  }

  private static Series level(String name, boolean dashed, double y) {
    return new Series(name, dashed, List.of(new Point(4, y), new Point(8, y)));
  }
}
