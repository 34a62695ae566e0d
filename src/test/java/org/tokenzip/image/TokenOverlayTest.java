// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tokenzip.testing.Pipe;

class TokenOverlayTest {
  private static final ClipPreprocessing VIEW = ClipPreprocessing.square(56);

  /** Of 16 patches 0 is kept, 5 and 6 are targets, 4 goes to 5, 7 to 6, the rest is dropped. */
  private static final PatchRoles ROLES =
      PatchRoles.of(4, 14, new int[] {0}, new int[] {5, 6}, Map.of(4, 5, 7, 6));

  private static final int CELL = 672 / 4;

  @TempDir private Path folder;

  @Test
  void showsEachRole() {
    byte[] rgb = new byte[3 * 100 * 80];
    Arrays.fill(rgb, (byte) 0x80);
    BufferedImage drawing = TokenOverlay.draw(new RgbImage(100, 80, rgb), VIEW, ROLES);
    assertThat(drawing.getWidth()).isEqualTo(672);
    assertThat(drawing.getHeight()).isGreaterThan(672);
    assertThat(centre(drawing, 0)).isEqualTo(0x808080);
    assertThat(corner(drawing, 0)).isEqualTo(0xFFFFFF);
    assertThat(corner(drawing, 5)).isEqualTo(OverlayPalette.colour(0));
    assertThat(corner(drawing, 6)).isEqualTo(OverlayPalette.colour(1));
    assertThat(centre(drawing, 4)).isNotEqualTo(centre(drawing, 7));
    assertThat(centre(drawing, 15) & 0xFF).isLessThan(0x40);
  }

  @Test
  void writesAReadablePngAndNothingElse() throws IOException {
    Path file = folder.resolve("overlay.png");
    Files.writeString(file, "an older file");
    RgbImage picture = Pictures.pattern(100, 80);
    TokenOverlay.write(file, picture, VIEW, ROLES);
    BufferedImage drawing = TokenOverlay.draw(picture, VIEW, ROLES);
    assertThat(ImageDecoder.decode(file)).isEqualTo(PixelSamples.rgb(drawing));
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void writesToTheFileThatALinkLeadsTo() throws IOException {
    Path file = Files.createFile(folder.resolve("overlay.png"));
    Path link = Files.createSymbolicLink(folder.resolve("link.png"), file);
    TokenOverlay.write(link, Pictures.pattern(100, 80), VIEW, ROLES);
    assertThat(link).isSymbolicLink();
    assertThat(file).isNotEmptyFile();
  }

  @Test
  void refusesPlacesItCannotWriteTo() throws IOException {
    RgbImage picture = Pictures.pattern(9, 9);
    Path pipe = Pipe.in(folder);
    for (Path place : new Path[] {folder, folder.resolve("no/such/folder.png"), pipe}) {
      assertThatThrownBy(() -> TokenOverlay.write(place, picture, VIEW, ROLES))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining(place.toString())
          .hasMessageMatching("[^\n]*\\.");
    }
  }

  @Test
  void refusesAGridLargerThanTheView() {
    PatchRoles large = PatchRoles.of(5, 14, new int[0], new int[0], Map.of());
    assertThatThrownBy(() -> TokenOverlay.draw(Pictures.pattern(9, 9), VIEW, large))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("70x70")
        .hasMessageContaining("56x56");
  }

  @Test
  void refusesContradictingRoles() {
    int[] none = {};
    assertThatThrownBy(() -> PatchRoles.of(2, 14, new int[] {4}, none, Map.of()))
        .hasMessage("Expected a patch of 0..3, but got 4.");
    assertThatThrownBy(() -> PatchRoles.of(2, 14, new int[] {1}, new int[] {1}, Map.of()))
        .hasMessageContaining("one role per patch");
    assertThatThrownBy(() -> PatchRoles.of(2, 14, new int[] {1}, none, Map.of(0, 1)))
        .hasMessageContaining("patch 1 is KEPT");
  }

  private static int centre(BufferedImage drawing, int patch) {
    return at(drawing, patch, CELL / 2);
  }

  private static int corner(BufferedImage drawing, int patch) {
    return at(drawing, patch, 1);
  }

  private static int at(BufferedImage drawing, int patch, int inside) {
    return drawing.getRGB(patch % 4 * CELL + inside, patch / 4 * CELL + inside) & 0xFFFFFF;
  }
}
