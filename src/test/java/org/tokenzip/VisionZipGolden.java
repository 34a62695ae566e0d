// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.tokenzip.compress.MultiCropOrder;
import org.tokenzip.compress.Provenance;
import org.tokenzip.compress.TokenSelection;
import org.tokenzip.compress.TowerLayer;
import org.tokenzip.compress.VisionFeatures;
import org.tokenzip.compress.VisionZip;
import org.tokenzip.compress.VisionZipOptions;
import org.tokenzip.compress.VisionZipSelection;
import org.tokenzip.kernel.AttentionRowFromMap;
import org.tokenzip.kernel.HeadMeanKeys;
import org.tokenzip.kernel.HeadReduction;
import org.tokenzip.kernel.MergeMode;
import org.tokenzip.kernel.VisionZipParameters;
import org.tokenzip.kernel.VisionZipSelect;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.MergeLists;

/** Vectors of VisionZip: one view, several crops of a picture, frames of a video. */
final class VisionZipGolden {
  /** Gap between files without a margin, when they have no exact ties. */
  private static final float UNSTATED_MARGIN = 2e-4f;

  private VisionZipGolden() {}

  static void check(GoldenFile file, DType dtype) {
    assumeTrue(
        dtype == DType.FP32 || marginsAllow(file, dtype),
        () -> "a decision of this file is closer than " + dtype + " can tell apart");
    try (TensorScope scope = new TensorScope()) {
      boolean oneView = file.shape("in.hidden").length == 2;
      Tensor hidden = views(file.tensor("in.hidden", dtype), oneView); // [V, S, D]
      Tensor attention = views(file.tensor("in.attn", dtype), oneView); // [V, H, S, S]
      Tensor keys = views(file.tensor("in.keys", dtype), oneView); // [V, H, S, d]
      try (TokenSelection selection =
          file.parameters().path("has_cls").asBoolean(true)
              ? select(file.parameters(), attention, keys)
              : byMethod(file.parameters(), hidden, attention, keys)) {
        Tensor tokens = selection.apply(hidden); // [V, out, D]
        if (oneView) {
          MergeLists lists = MergeLists.of(selection.provenance(0));
          checkLists(file, lists);
          checkScores(file, selection.provenance(0).scores(), dtype);
        }
        checkTokens(file, arrange(file.parameters(), selection, tokens), dtype);
      }
    }
  }

  private static VisionZipSelection select(JsonNode meta, Tensor attention, Tensor keys) {
    VisionZipParameters parameters =
        new VisionZipParameters(
            true, meta.get("dominant").asLong(), meta.get("contextual").asLong(), mode(meta), 1);
    Tensor scores = AttentionRowFromMap.apply(attention, 0, HeadReduction.SUM);
    Tensor ofPatches = scores.narrow(1, 1, scores.size(1) - 1).contiguous();
    return new VisionZipSelection(
        VisionZipSelect.fromScores(parameters, ofPatches, HeadMeanKeys.apply(keys)));
  }

  /** Through the method: the vectors have a map, from which queries are made up. */
  private static TokenSelection byMethod(
      JsonNode meta, Tensor hidden, Tensor attention, Tensor keys) {
    Tensor map = attention.to(ScalarType.Float).mean(new long[] {1}, false, null); // [1, N, N]
    TowerLayer layer = MapLayer.of(0, hidden, map, keys.to(ScalarType.Float), false);
    VisionZipOptions options =
        new VisionZipOptions(
            meta.get("dominant").asInt(), meta.get("contextual").asInt(), mode(meta));
    return new VisionZip(options)
        .select(new VisionFeatures(hidden, layer.queries(), layer.keys(), false));
  }

  private static MergeMode mode(JsonNode meta) {
    return MergeMode.valueOf(
        meta.path("merge").asText("target_plus_mean").toUpperCase(Locale.ROOT));
  }

  private static Tensor arrange(JsonNode meta, TokenSelection selection, Tensor tokens) {
    if (!meta.has("grid_w")) {
      return tokens;
    }
    List<Provenance> views =
        IntStream.range(0, selection.images()).mapToObj(selection::provenance).toList();
    int[] order =
        new MultiCropOrder(meta.get("grid_w").asInt(), meta.get("side").asInt(), false)
            .indices(Provenance.concat(views));
    long[] rows = Arrays.stream(order).asLongStream().toArray();
    return tokens.flatten(0, 1).index_select(0, Tensors.vector(rows));
  }

  private static void checkLists(GoldenFile file, MergeLists actual) {
    assertThat(actual.kept()).isEqualTo(file.ints("out.dominant_idx"));
    assertThat(actual.targets()).isEqualTo(file.ints("out.target_idx"));
    assertThat(actual.merged()).isEqualTo(file.ints("out.merged_idx"));
    assertThat(actual.assignment()).isEqualTo(file.ints("out.assign_idx"));
    int[] members = new int[actual.targets().length];
    Arrays.stream(actual.assignment()).forEach(target -> members[target]++);
    assertThat(members).isEqualTo(file.ints("out.count_idx"));
  }

  private static void checkScores(GoldenFile file, float[] actual, DType dtype) {
    float[] scores = file.floats("out.scores");
    assertThat(actual).hasSameSizeAs(scores);
    for (int i = 0; i < scores.length; i++) {
      assertThat(actual[i])
          .as("score of patch %d", i)
          .isCloseTo(scores[i], within(tolerance(dtype) * Math.abs(scores[i])));
    }
  }

  private static void checkTokens(GoldenFile file, Tensor tokens, DType dtype) {
    float[] expected = file.floats("out.tokens");
    float[] actual = Tensors.toFloatArray(tokens);
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i])
          .as("token element %d", i)
          .isCloseTo(expected[i], within(tolerance(dtype) * Math.max(1, Math.abs(expected[i]))));
    }
  }

  private static boolean marginsAllow(GoldenFile file, DType dtype) {
    float least = dtype == DType.FP16 ? 4e-3f : 3e-2f;
    if (!file.has("out.margin")) {
      return UNSTATED_MARGIN > least;
    }
    float[] margin = file.floats("out.margin"); // of the scores, of the cosines
    float scoreScale = 0;
    for (float score : file.floats("out.scores")) {
      scoreScale = Math.max(scoreScale, Math.abs(score));
    }
    return margin[0] > least * scoreScale && margin[1] > least;
  }

  private static float tolerance(DType dtype) {
    return switch (dtype) {
      case FP32 -> 1e-5f;
      case FP16 -> 2e-3f;
      case BF16 -> 1.6e-2f;
    };
  }

  /** Gives a file of one view the leading dimension of a batch. */
  private static Tensor views(Tensor tensor, boolean oneView) {
    return oneView
        ? tensor.reshape(
            LongStream.concat(LongStream.of(1), LongStream.of(tensor.shape())).toArray())
        : tensor;
  }
}
