// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.tokenzip.IndexLists.at;
import static org.tokenzip.IndexLists.join;
import static org.tokenzip.IndexLists.plan;
import static org.tokenzip.IndexLists.plus;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.kernel.CosineAssign;
import org.tokenzip.kernel.Gather;
import org.tokenzip.kernel.Layout;
import org.tokenzip.kernel.SizeWeightedMerge;
import org.tokenzip.kernel.TopK;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.testing.Values;

/**
 * Vectors of ToMe, composed from operators (METHODS, section 6.1). The metric is a mean of keys and
 * thus always fp32.
 */
final class TomeGolden {
  private TomeGolden() {}

  static void check(GoldenFile file, DType dtype) {
    assumeTrue(file.has("in.tokens"), "proportional attention is no operator");
    try (TensorScope scope = new TensorScope()) {
      int first = file.parameters().get("class_token").asBoolean() ? 1 : 0;
      Tensor tokens = file.tensor("in.tokens", dtype).unsqueeze(0); // [1, n, D]
      int length = Math.toIntExact(tokens.size(1));
      float[] ones = new float[length];
      Arrays.fill(ones, 1);
      Tensor sizes = Tensors.of(ones, 1, length, 1);
      int[] anchor = IntStream.range(0, length).toArray();
      for (int step = 0; step < file.parameters().get("steps").asInt(); step++) {
        int n = anchor.length;
        int r = Math.min(file.parameters().get("r").asInt(), (n - first) / 2);
        int[] a = IntStream.range(0, n).filter(i -> i % 2 == 0).toArray();
        int[] b = IntStream.range(0, n).filter(i -> i % 2 == 1).toArray();
        Tensor metric = file.tensor("in.metric_" + step, DType.FP32).unsqueeze(0);
        CosineAssign.Result nearest =
            CosineAssign.apply(
                null, metric, IndexLists.tensor(a), null, IndexLists.tensor(b), false);
        Tensor best = nearest.best().narrow(1, first, a.length - first).contiguous();
        int[] rank = plus(Values.ints(TopK.apply(best, best.size(1), true).indices()), first);
        int[] source = Arrays.copyOf(rank, r);
        int[] rest = Arrays.copyOfRange(rank, r, rank.length);
        if (first == 1) {
          Arrays.sort(rest);
          rest = join(new int[] {0}, rest);
        }
        int[] partner = at(Values.ints(nearest.index()), source);
        assertThat(source).isEqualTo(file.ints("out.src_idx_" + step));
        assertThat(partner).isEqualTo(file.ints("out.dst_idx_" + step));
        assertThat(rest).isEqualTo(file.ints("out.unm_idx_" + step));

        Tensor from = IndexLists.tensor(at(a, source));
        Tensor to = IndexLists.tensor(b);
        SizeWeightedMerge.Result merged =
            SizeWeightedMerge.apply(
                Gather.apply(tokens, to),
                Gather.apply(sizes, to).squeeze(2),
                Gather.apply(tokens, from),
                Gather.apply(sizes, from).squeeze(2),
                IndexLists.tensor(partner));
        int[] survivors = at(a, rest);
        Tensor plan = plan(survivors, b.length);
        tokens = Layout.apply(List.of(tokens, merged.tokens()), plan);
        sizes = Layout.apply(List.of(sizes, merged.sizes().unsqueeze(2)), plan);
        anchor = at(anchor, join(survivors, b));
        assertThat(anchor).isEqualTo(file.ints("out.anchor_idx_" + step));
        file.assertClose("out.tokens_" + step, tokens, dtype);
        file.assertClose("out.size_" + step, sizes, DType.FP32);
      }
    }
  }
}
