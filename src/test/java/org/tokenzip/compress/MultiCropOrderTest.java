// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tokenzip.testing.GuidedPictures.compress;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.tokenzip.compress.OutputToken.Kind;
import org.tokenzip.kernel.MergeMode;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.GuidedPictures.Row;
import org.tokenzip.testing.NoLeaks;
import org.tokenzip.testing.Values;

/** METHODS 3.3 by hand: two by two crops of two by two patches. */
@ExtendWith(NoLeaks.class)
class MultiCropOrderTest {
  /** The whole picture's, then cells of the map by row and column; the merged one at the end. */
  private static final Provenance PICTURE =
      Provenance.unscored(
          List.of(
              OutputToken.kept(0, 3),
              OutputToken.kept(1, 4), // row 0, column 0
              OutputToken.kept(1, 7), // row 1, column 1
              OutputToken.kept(2, 8), // row 0, column 2
              OutputToken.merged(3, 12), // row 2, column 0
              OutputToken.kept(4, 19)), // row 3, column 3
          4,
          false);

  @Test
  void tokensOfCropsFollowTheMap() {
    assertThat(new MultiCropOrder(2, 2, false).indices(PICTURE)).containsExactly(0, 1, 3, 2, 5, 4);
    assertThat(new MultiCropOrder(2, 2, true).indices(PICTURE)).containsExactly(0, 1, 3, 2, 4, 5);
  }

  @Test
  void newlinesEndTheRowsThatHaveATokenLeft() {
    assertThat(new MultiCropOrder(2, 2, false, true).indices(PICTURE))
        .containsExactly(0, 1, 3, -1, 2, -1, 5, -1, 4);
    assertThat(new MultiCropOrder(2, 2, true, true).indices(PICTURE))
        .containsExactly(0, 1, 3, -1, 2, -1, 4, -1, 5, -1);
  }

  @Test
  void visionZipPutsTheModelsNewlineThereIfAsked() {
    try (TensorScope scope = new TensorScope()) {
      Tensor tokens = Values.normal(5, DType.FP32, 5, 4, 3);
      Row layout = new Row(5, 2, 4, 2, Tensors.vector(7f, 8f, 9f));
      VisionZipOptions options = new VisionZipOptions(2, 1, MergeMode.TARGET_PLUS_MEAN);
      VisualSequence plain = run(options, tokens, layout);
      VisualSequence ended = run(options.withRowNewline(true), tokens, layout);
      List<Float> expected = new ArrayList<>();
      List<Integer> mapRows = new ArrayList<>();
      float[] values = Tensors.toFloatArray(plain.tokens());
      List<OutputToken> places = plain.provenance().tokens();
      for (int i = 0; i < places.size(); i++) {
        for (int d = 0; d < 3; d++) {
          expected.add(values[3 * i + d]);
        }
        int row = mapRow(places.get(i));
        if (row >= 0 && (i + 1 == places.size() || mapRow(places.get(i + 1)) != row)) {
          expected.addAll(List.of(7f, 8f, 9f));
          mapRows.add(row);
        }
      }
      assertThat(mapRows).hasSizeGreaterThan(1).isSorted().doesNotHaveDuplicates();
      assertThat(Tensors.toFloatArray(ended.tokens())).containsExactly(floats(expected));
      assertThat(ended.provenance().tokens().stream().map(OutputToken::kind))
          .filteredOn(Kind.NEWLINE::equals)
          .hasSameSizeAs(mapRows);
      assertThat(ended.provenance().keptPatches()).isEqualTo(plain.provenance().keptPatches());
    }
  }

  /** Row of the stitched map that a kept token of a crop has its place in; -1 for any other. */
  private static int mapRow(OutputToken token) {
    int crop = token.view() - 1;
    return token.kind() == Kind.KEPT && crop >= 0 ? crop / 2 * 2 + token.anchor() % 4 / 2 : -1;
  }

  private static VisualSequence run(VisionZipOptions options, Tensor tokens, Row layout) {
    return compress(new VisionZip(options), tokens, List.of(layout), List.of()).get(0);
  }

  private static float[] floats(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }
}
