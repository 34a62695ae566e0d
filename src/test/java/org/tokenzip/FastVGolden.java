// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.compress.DecoderLayer;
import org.tokenzip.compress.DecoderReduction;
import org.tokenzip.compress.DecoderShape;
import org.tokenzip.compress.FastV;
import org.tokenzip.compress.FastVOptions;
import org.tokenzip.compress.PositionPolicy;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;

/** Vectors of FastV. Attention is always fp32, tokens are of the storage type. */
final class FastVGolden {
  private static final int LAYER = 2;

  private FastVGolden() {}

  static void check(GoldenFile file, DType dtype) {
    try (TensorScope scope = new TensorScope()) {
      long[] shape = file.shape("in.attn"); // [H, S, S]
      int start = file.parameters().get("v0").asInt();
      int images = file.parameters().get("n_img").asInt();
      Tensor hidden = DecoderMaps.positions(Math.toIntExact(shape[1]), dtype);
      float[] logits = DecoderMaps.logits(file.floats("in.attn"));
      DecoderLayer layer =
          DecoderMaps.layer(LAYER - 1, hidden, logits, (int) shape[0], start, images);
      FastVOptions options =
          new FastVOptions(
              LAYER, file.parameters().get("ratio").asDouble(), PositionPolicy.ORIGINAL);
      DecoderReduction reduction =
          Objects.requireNonNull(new FastV(options).insideDecoder(new DecoderShape(LAYER + 1)));
      assertThat(reduction.afterAttention(layer)).isNull();
      DecoderReduction.Reduced reduced = Objects.requireNonNull(reduction.afterLayer(layer));
      int[] expected = file.ints("out.kept_idx");
      assertThat(reduced.kept()).hasSize(file.parameters().get("keep").asInt());
      assertThat(Tensors.toLongArray(reduced.hidden()))
          .isEqualTo(Arrays.stream(expected).asLongStream().toArray());
    }
  }
}
