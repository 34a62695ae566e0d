// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tokenzip.IndexLists.complement;
import static org.tokenzip.IndexLists.join;
import static org.tokenzip.IndexLists.plan;
import static org.tokenzip.IndexLists.plus;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.kernel.AttentionReceivedFromMap;
import org.tokenzip.kernel.Gather;
import org.tokenzip.kernel.Layout;
import org.tokenzip.kernel.ScatterAdd;
import org.tokenzip.kernel.SelfPreservingMerge;
import org.tokenzip.kernel.TopK;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.testing.Values;

/**
 * Vectors of FiCoCo; those of the decoder composed from operators (METHODS, section 4.3). Maps and
 * scores are always fp32.
 */
final class FicocoGolden {
  private FicocoGolden() {}

  static void check(GoldenFile file, DType dtype) {
    try (TensorScope scope = new TensorScope()) {
      if (file.has("in.text_idx")) {
        decoder(file, dtype);
      } else {
        FicocoVGolden.check(file, dtype);
      }
    }
  }

  private static void decoder(GoldenFile file, DType dtype) {
    JsonNode meta = file.parameters();
    Tensor map = file.tensor("in.score_map", DType.FP32).unsqueeze(0); // [1, S, S]
    Tensor tokens = file.tensor("in.tokens", dtype).unsqueeze(0); // [1, S, D]
    int start = meta.get("v0").asInt();
    int n = meta.get("n").asInt();
    int[] text = file.ints("in.text_idx");
    int from = text[0];
    int to = from + text.length;
    int r = Math.max(0, Math.min(meta.get("r").asInt(), n - 1));

    Tensor columns = transposed(map.unsqueeze(1));
    Tensor vision = mean(columns, start, start + n, start, start + n);
    Tensor ofText = mean(columns, from, to, start, start + n);
    double beta = meta.get("beta").asDouble();
    boolean sums = meta.get("vision_reduce").asText().equals("sum");
    Tensor scores = weighted(sums ? beta * n : beta, vision, 1 - beta, ofText);
    file.assertClose("out.scores", scores, DType.FP32);
    int[] drop = Values.ints(TopK.apply(scores, r, false).indices());
    int[] keep = complement(n, drop);
    assertThat(drop).isEqualTo(file.ints("out.drop_idx"));
    assertThat(keep).isEqualTo(file.ints("out.keep_idx"));
    int total = Math.toIntExact(tokens.size(1));
    int[] before = IntStream.range(0, start).toArray();
    int[] after = IntStream.range(start + n, total).toArray();
    assertThat(join(before, plus(keep, start), after)).isEqualTo(file.ints("out.kept_idx"));
    if (r == 0) {
      file.assertClose("out.tokens", tokens, dtype);
      return;
    }

    Tensor removed = IndexLists.tensor(plus(drop, start));
    Tensor targets = IndexLists.tensor(plus(keep, start));
    Tensor rows = Gather.apply(map, removed); // [1, r, S]
    Tensor texts = IndexLists.tensor(text);
    Tensor indirect = columns(rows, texts).matmul(columns(Gather.apply(map, texts), targets));
    double gamma = meta.get("gamma").asDouble();
    boolean summed = meta.get("indirect_reduce").asText().equals("sum");
    double share = (1 - gamma) / (summed ? 1 : text.length);
    FicocoShares shares =
        FicocoShares.of(
            weighted(gamma, columns(rows, targets), -share, indirect),
            meta.get("eps").asDouble(),
            meta.get("alpha").asText().equals("softmax"));
    shares.assertEquals(file.floats("out.alpha"));
    Tensor merged =
        merge(
            Gather.apply(tokens, targets),
            Gather.apply(tokens, removed),
            shares,
            meta.get("normalize").asBoolean());
    Tensor front = Layout.apply(List.of(tokens, merged), plan(before, keep.length));
    Tensor plan = plan(IntStream.range(0, start + keep.length).toArray(), after.length);
    Tensor back = Gather.apply(tokens, IndexLists.tensor(after));
    file.assertClose("out.tokens", Layout.apply(List.of(front, back), plan), dtype);
  }

  private static Tensor merge(
      Tensor tokens, Tensor removed, FicocoShares shares, boolean normalise) {
    if (normalise) {
      return SelfPreservingMerge.apply(tokens, removed, shares.index(), shares.weight());
    }
    long entries = shares.index().size(1) * shares.index().size(2);
    Tensor parts =
        removed
            .unsqueeze(2)
            .mul(shares.weight().unsqueeze(3).to(removed.scalar_type()))
            .reshape(1, entries, tokens.size(2));
    return ScatterAdd.apply(parts, shares.index().reshape(1, entries), tokens);
  }

  /** Chosen columns of every row of [1, r, S]; int32 [1, m] gives [1, r, m]. */
  private static Tensor columns(Tensor rows, Tensor index) {
    return Gather.apply(rows.transpose(1, 2).contiguous(), index).transpose(1, 2).contiguous();
  }

  private static Tensor transposed(Tensor heads) {
    return heads.transpose(2, 3).contiguous();
  }

  private static Tensor mean(Tensor heads, int rows, int rowEnd, int columns, int columnEnd) {
    return AttentionReceivedFromMap.apply(null, heads, rows, rowEnd, columns, columnEnd);
  }

  /** a x - b y. */
  private static Tensor weighted(double a, Tensor x, double b, Tensor y) {
    return x.mul(new Scalar(a)).sub(y.mul(new Scalar(b))).contiguous();
  }
}
