// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tokenzip.DecoderMaps;
import org.tokenzip.GoldenFile;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.NoLeaks;

/** The numbers behind FiCoCo-L's decisions, which its results alone do not show. */
@ExtendWith(NoLeaks.class)
class FiCoCoLScoresTest {
  @ParameterizedTest
  @ValueSource(strings = {"paper", "paper_eps90", "released"})
  void scoresAndSharesAreThoseOfTheVectors(String name) {
    Path path = Path.of("src/test/resources/golden/ficoco_l_" + name + ".safetensors");
    try (GoldenFile file = GoldenFile.open(path);
        TensorScope scope = new TensorScope()) {
      JsonNode meta = file.parameters();
      DecoderLayer layer =
          DecoderMaps.layer(
              0,
              file.tensor("in.tokens", DType.FP32).unsqueeze(0),
              file.floats("in.score_map"),
              1,
              meta.get("v0").asInt(),
              meta.get("n").asInt());
      FiCoCoLScores scores = new FiCoCoLScores(options(meta));
      file.assertClose("out.scores", scores.redundancy(layer), DType.FP32);

      int[] kept = file.ints("out.keep_idx");
      Tensor correlation = scores.correlation(layer, file.ints("out.drop_idx"), kept);
      FiCoCoShares shares = FiCoCoShares.of(correlation, meta.get("eps").asDouble(), true);
      assertShares(shares, file.floats("out.alpha"), kept.length);
    }
  }

  private static FiCoCoLOptions options(JsonNode meta) {
    return new FiCoCoLOptions(
        meta.get("beta").asDouble(),
        meta.get("gamma").asDouble(),
        meta.get("eps").asDouble(),
        0,
        DecoderRemovals.of(List.of(meta.get("r").asInt())),
        PositionPolicy.PACKED,
        meta.get("normalize").asBoolean() ? FiCoCoPreset.PAPER : FiCoCoPreset.RELEASED);
  }

  /** Compares with a matrix [r, m] that has zeros where nothing is handed over. */
  private static void assertShares(FiCoCoShares shares, float[] expected, int m) {
    int[] targets = Tensors.toIntArray(shares.targets());
    float[] weights = Tensors.toFloatArray(shares.weights());
    int most = Math.toIntExact(shares.targets().size(2));
    float[] dense = new float[expected.length];
    for (int k = 0; k < targets.length; k++) {
      if (targets[k] >= 0) {
        dense[k / most * m + targets[k]] = weights[k];
      }
    }
    assertThat(dense).containsExactly(expected, within(1e-5f));
  }
}
