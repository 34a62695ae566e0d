// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.tokenzip.compress.OutputToken;
import org.tokenzip.compress.Provenance;
import org.tokenzip.image.PatchRoles;
import org.tokenzip.image.RgbImage;
import org.tokenzip.image.TokenOverlay;
import org.tokenzip.pipeline.Answer;
import org.tokenzip.pipeline.LlavaPipeline;
import org.tokenzip.pipeline.Visual;

/** The drawing of what became of each patch. */
final class OverlayFile {
  private OverlayFile() {}

  /** Refuses a place where no file can be written, before the work is done that it is to show. */
  static void requireWritable(Path file) {
    OutputFile.requireWritable("--overlay", file);
  }

  /** The one picture that can be drawn over; anything else is refused. */
  static RgbImage picture(List<Visual> visuals) {
    if (visuals.size() == 1 && visuals.get(0) instanceof Visual.Picture picture) {
      return picture.image();
    }
    throw new IllegalArgumentException(
        "--overlay: expected one picture to draw over, got "
            + (visuals.size() == 1 ? "a video" : visuals.size() + " pictures"));
  }

  /** Draws the first view, which shows the whole picture. */
  static void write(Path file, LlavaPipeline pipeline, RgbImage picture, Answer answer) {
    Provenance provenance = firstView(answer.provenance().get(0));
    Map<Integer, Integer> mergedInto = new TreeMap<>(provenance.mergedPatches());
    int[] targets =
        IntStream.concat(
                Arrays.stream(provenance.targetPatches()),
                windows(provenance, mergedInto).stream().mapToInt(Integer::intValue))
            .toArray();
    PatchRoles roles =
        PatchRoles.of(
            pipeline.gridSide(),
            pipeline.patchSize(),
            provenance.keptPatches(),
            targets,
            mergedInto);
    TokenOverlay.write(file, pipeline.padded(picture), pipeline.preprocessing(), roles);
  }

  /** Draws the patches of a window as merged into its first; where windows overlap, once. */
  private static Set<Integer> windows(Provenance provenance, Map<Integer, Integer> mergedInto) {
    Set<Integer> corners = new TreeSet<>();
    for (OutputToken token : provenance.tokens()) {
      if (token.kind() == OutputToken.Kind.POOLED) {
        int[] free =
            Arrays.stream(token.sources())
                .filter(patch -> !corners.contains(patch) && !mergedInto.containsKey(patch))
                .toArray();
        if (free.length > 0) {
          corners.add(free[0]);
          Arrays.stream(free).skip(1).forEach(patch -> mergedInto.put(patch, free[0]));
        }
      }
    }
    return corners;
  }

  private static Provenance firstView(Provenance picture) {
    return picture.withTokens(
        picture.tokens().stream().filter(token -> token.view() == 0).toList());
  }
}
