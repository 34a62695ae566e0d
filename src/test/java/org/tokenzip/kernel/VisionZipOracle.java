// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.Values;

/** What VisionZip has to decide, in plain loops and doubles. */
final class VisionZipOracle {
  private VisionZipOracle() {}

  /** Softmax of every head over all positions, summed over heads, CLS left out. */
  static void checkScores(VisionZipIndices indices, float[] logits, int heads) {
    int positions = (int) indices.positions();
    float[] scores = Tensors.toFloatArray(indices.scores());
    for (int i = 0; i < scores.length; i++) {
      int image = i / (positions - 1);
      int position = i % (positions - 1) + 1;
      double expected = 0;
      for (int h = 0; h < heads; h++) {
        int row = (image * heads + h) * positions;
        double sum = 0;
        for (int s = 0; s < positions; s++) {
          sum += Math.exp(logits[row + s]);
        }
        expected += Math.exp(logits[row + position]) / sum;
      }
      assertThat((double) scores[i]).isCloseTo(expected, within(1e-5 * expected));
    }
  }

  /** Checks every list of one image against scores [B, N] and keys [B, S, d]. */
  static void check(VisionZipIndices indices, Tensor scores, Tensor keys, int image) {
    VisionZipParameters parameters = indices.parameters();
    int positions = (int) indices.positions();
    int first = parameters.hasCls() ? 1 : 0;
    float[] score = row(scores, image);
    float[] key = row(keys, image);

    int keep = (int) Math.min(parameters.dominant() - first, score.length);
    List<Integer> ranked =
        IntStream.range(0, score.length)
            .boxed()
            .sorted(Comparator.<Integer>comparingDouble(p -> -score[p]).thenComparing(p -> p))
            .toList();
    int[] dominant =
        IntStream.concat(
                IntStream.range(0, first),
                ranked.stream().limit(keep).mapToInt(p -> p + first).sorted())
            .toArray();
    assertThat(ints(indices.dominant(), image)).containsExactly(dominant);

    int[] rest =
        IntStream.range(first, positions)
            .filter(p -> Arrays.binarySearch(dominant, p) < 0)
            .toArray();
    int targets = (int) Math.min(parameters.contextual(), rest.length);
    int step = targets == 0 ? 1 : rest.length / targets;
    int[] target = IntStream.range(0, targets).map(i -> rest[i * step]).toArray();
    assertThat(ints(indices.target(), image)).containsExactly(target);

    int[] merged =
        targets == 0
            ? new int[0]
            : Arrays.stream(rest).filter(p -> Arrays.binarySearch(target, p) < 0).toArray();
    assertThat(ints(indices.merged(), image)).containsExactly(merged);

    int[] assign = ints(indices.assign(), image);
    int width = positions == 0 ? 0 : key.length / positions;
    for (int i = 0; i < merged.length; i++) {
      double chosen = cosine(key, merged[i], target[assign[i]], width);
      for (int other : target) {
        // In fp32 two targets may come out equal that differ in the last digits.
        assertThat(chosen).isGreaterThanOrEqualTo(cosine(key, merged[i], other, width) - 1e-6);
      }
    }
    checkMembers(indices, image, merged, assign, targets);
  }

  private static void checkMembers(
      VisionZipIndices indices, int image, int[] merged, int[] assign, int targets) {
    int[] offset = ints(indices.memberOffset(), image);
    int[] member = ints(indices.member(), image);
    assertThat(offset[0]).isZero();
    assertThat(offset[targets]).isEqualTo(merged.length);
    for (int t = 0; t < targets; t++) {
      int goal = t;
      assertThat(Arrays.copyOfRange(member, offset[t], offset[t + 1]))
          .containsExactly(
              IntStream.range(0, merged.length)
                  .filter(i -> assign[i] == goal)
                  .map(i -> merged[i])
                  .toArray());
    }
  }

  /** Cosine with a zero vector is 0. */
  private static double cosine(float[] keys, int a, int b, int width) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int c = 0; c < width; c++) {
      double x = keys[a * width + c];
      double y = keys[b * width + c];
      dot += x * y;
      aa += x * x;
      bb += y * y;
    }
    return aa == 0 || bb == 0 ? 0 : dot / Math.sqrt(aa * bb);
  }

  private static int[] ints(Tensor table, int row) {
    return Values.ints(table.select(0, row));
  }

  private static float[] row(Tensor table, int row) {
    return Tensors.toFloatArray(table.select(0, row));
  }
}
