// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tokenzip.IndexLists.at;
import static org.tokenzip.IndexLists.complement;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.compress.DecoderLayer;
import org.tokenzip.compress.DecoderReduction;
import org.tokenzip.compress.DecoderRemovals;
import org.tokenzip.compress.DecoderShape;
import org.tokenzip.compress.FiCoCoL;
import org.tokenzip.compress.FiCoCoLOptions;
import org.tokenzip.compress.FiCoCoPreset;
import org.tokenzip.compress.PositionPolicy;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;

/** Vectors of FiCoCo-L. Logits are always fp32, tokens are of the storage type. */
final class FicocoLGolden {
  private FicocoLGolden() {}

  static void check(GoldenFile file, DType dtype) {
    try (TensorScope scope = new TensorScope()) {
      JsonNode meta = file.parameters();
      int start = meta.get("v0").asInt();
      int n = meta.get("n").asInt();
      Tensor tokens = file.tensor("in.tokens", dtype).unsqueeze(0); // [1, S, D]
      int total = Math.toIntExact(tokens.size(1));
      assertThat(file.ints("in.text_idx")).isEqualTo(IntStream.range(start + n, total).toArray());
      DecoderLayer layer = DecoderMaps.layer(0, tokens, file.floats("in.score_map"), 1, start, n);
      DecoderReduction.Reduced reduced = reduction(meta).afterAttention(layer);
      if (meta.get("r").asInt() == 0) {
        assertThat(reduced).isNull();
        file.assertClose("out.tokens", tokens, dtype);
        return;
      }
      int[] kept = Objects.requireNonNull(reduced).kept();
      assertThat(kept).isEqualTo(file.ints("out.keep_idx"));
      assertThat(complement(n, kept)).isEqualTo(file.ints("out.drop_idx"));
      assertThat(sequence(start, n, total, kept)).isEqualTo(file.ints("out.kept_idx"));
      assertTargets(file.floats("out.alpha"), kept.length, reduced.targets());
      file.assertClose("out.tokens", reduced.hidden(), dtype);
    }
  }

  private static DecoderReduction reduction(JsonNode meta) {
    boolean released = !meta.get("normalize").asBoolean();
    FiCoCoLOptions options =
        new FiCoCoLOptions(
            meta.get("beta").asDouble(),
            meta.get("gamma").asDouble(),
            meta.get("eps").asDouble(),
            0,
            DecoderRemovals.of(List.of(meta.get("r").asInt())),
            PositionPolicy.PACKED,
            released ? FiCoCoPreset.RELEASED : FiCoCoPreset.PAPER);
    return Objects.requireNonNull(new FiCoCoL(options).insideDecoder(new DecoderShape(2)));
  }

  private static int[] sequence(int start, int n, int total, int[] kept) {
    int[] visual = at(IntStream.range(start, start + n).toArray(), kept);
    return IndexLists.join(
        IntStream.range(0, start).toArray(), visual, IntStream.range(start + n, total).toArray());
  }

  /** Compares with a matrix [r, m] that has zeros where nothing is handed over. */
  private static void assertTargets(float[] alpha, int m, List<int[]> targets) {
    for (int i = 0; i < targets.size(); i++) {
      int row = i * m;
      assertThat(targets.get(i))
          .isEqualTo(IntStream.range(0, m).filter(j -> alpha[row + j] > 0).toArray());
    }
  }
}
