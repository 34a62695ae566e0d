// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench.published;

import static org.bytedeco.pytorch.global.torch.arange;
import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.full;
import static org.bytedeco.pytorch.global.torch.ones_like;
import static org.bytedeco.pytorch.global.torch.where;
import static org.bytedeco.pytorch.global.torch.zeros;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorIndex;
import org.bytedeco.pytorch.TensorIndexVector;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * One layer of FiCoCo-V's token reduction as its published code (commit 8995e93) does it: the same
 * libtorch operators in the same order, behind eager attention that leaves its logits. Two things
 * differ, so that results can be compared: the buffer of scores is fresh for every call, where the
 * published one remembers earlier pictures, and receivers are looked up by where they are now,
 * where the published code shifts their old positions. Neither makes it slower. In 16 bits the
 * published code stops at a quantile that libtorch has not; here its head-mean map, which all else
 * is read from, becomes fp32. One picture of a square grid with CLS. Call it inside a {@link
 * org.tokenzip.tensor.TensorScope}.
 */
public final class PublishedFicocoLayer {
  private static final double CLS_SHARE = 0.35;
  private static final double QUANTILE = 0.998;
  private static final double UNSEEN = 1e9;
  private static final long WINDOW = 2;

  private PublishedFicocoLayer() {}

  /**
   * What is left.
   *
   * @param tokens [1, S - r, D], by falling redundancy, CLS last
   * @param removed int64 [r] positions in the sequence, the most redundant first
   * @param remaining int64 [S - r] positions of {@code tokens}
   * @param targets int64 [r, m] positions that get shares of each removed token
   */
  public record Reduced(Tensor tokens, Tensor removed, Tensor remaining, Tensor targets) {}

  private record Shares(Tensor targets, Tensor values) {} // [1, S, m]

  /**
   * The logits [H, S, S] that eager attention forms of {@code query} and {@code keys} [H, S, d].
   */
  public static Tensor logits(Tensor query, Tensor keys, double scale) {
    return query.mul(new Scalar(scale)).bmm(keys.transpose(1, 2));
  }

  /**
   * Removes {@code removals} tokens.
   *
   * @param logits [H, S, S] of the layer, scaled, before softmax
   * @param tokens [1, S, D] in the same dtype
   */
  public static Reduced reduce(Tensor logits, Tensor tokens, long removals) {
    Tensor attention = logits.mean(0).unsqueeze(0).to(ScalarType.Float); // [1, S, S]
    Tensor order = order(attention); // [S]
    Tensor removed = order.narrow(0, 0, removals);
    Tensor remaining = order.narrow(0, removals, order.size(0) - removals);
    Shares shares = correlate(attention, removed);
    Tensor now = zeros(new long[] {order.size(0)}, int64()).scatter_(0, remaining, upTo(remaining));

    Tensor size = ones_like(tokens.narrow(2, 0, 1));
    Tensor merged = compress(tokens.mul(size), removed, remaining, shares, now);
    Tensor sizes = compress(size, removed, remaining, shares, now);
    return new Reduced(
        merged.div(sizes),
        removed,
        remaining,
        shares.targets.select(0, 0).index_select(0, removed));
  }

  /** All positions, the most redundant first; CLS, at infinity, last. */
  private static Tensor order(Tensor attention) {
    long patches = attention.size(1) - 1;
    Tensor ofCls = normalize(attention.select(1, 0).narrow(1, 1, patches)); // [1, N]
    Tensor ofPatches =
        normalize(
            attention
                .narrow(1, 1, patches)
                .narrow(2, 1, patches)
                .mean(new long[] {-1}, false, null));
    Tensor score = ofCls.mul(new Scalar(CLS_SHARE)).sub(ofPatches.mul(new Scalar(1 - CLS_SHARE)));

    Scalar infinity = new Scalar(Double.POSITIVE_INFINITY);
    Tensor seen = full(new long[] {1, patches}, new Scalar(UNSEEN));
    Tensor free = seen.ne(infinity).nonzero().select(1, 1);
    seen.select(0, 0).index_put_(at(free.narrow(0, 0, patches)), score.select(0, 0));
    Tensor winners = windowMinima(seen);
    Tensor row = score.select(0, 0);
    Tensor positive = row.index(at(winners)).gt(new Scalar(0));
    Tensor milder = row.index(at(winners)).div(new Scalar(2));
    Tensor harsher = row.index(at(winners)).mul(new Scalar(2));
    row.index_put_(at(winners), where(positive, milder, harsher));
    Tensor finite = score.index(at(score.ne(infinity)));
    Tensor withCls = cat(new TensorVector(full(new long[] {1}, infinity), finite), 0);
    seen.select(0, 0).index_put_(at(winners), infinity);
    seen.eq(infinity).nonzero(); // looked for, and not used
    return withCls.argsort(-1, false);
  }

  /** Cells of the smallest value of every window. */
  private static Tensor windowMinima(Tensor scores) {
    long side = Math.round(Math.sqrt((double) scores.size(1)));
    long windows = side / WINDOW;
    Tensor cells =
        scores
            .view(1, side, side)
            .view(1, windows, WINDOW, windows, WINDOW)
            .permute(0, 1, 3, 2, 4)
            .contiguous()
            .view(1, windows, windows, WINDOW * WINDOW);
    Tensor smallest = cells.min(-1, true).get1();
    Tensor marks = zeros(new long[] {1, windows, windows, WINDOW * WINDOW}, int64());
    marks.scatter_(-1, smallest, ones_like(smallest).neg());
    Tensor map =
        marks
            .view(1, windows, windows, WINDOW, WINDOW)
            .transpose(2, 3)
            .reshape(1, windows * WINDOW, windows * WINDOW);
    Tensor first = map.reshape(1, -1).argsort(1, false).narrow(1, 0, windows * windows);
    return first.index(at(first.lt(new Scalar(scores.size(1))))).flatten();
  }

  /** Whom each token attends to most, as many as the quantile leaves to a removed one. */
  private static Shares correlate(Tensor attention, Tensor removed) {
    Tensor rows = attention.select(0, 0).index(at(removed)); // [r, S]
    Tensor threshold = rows.quantile(QUANTILE, new LongOptional(-1), true, "linear");
    long most = rows.gt(threshold).sum(new long[] {-1}, false, null).max().item().toLong();
    T_TensorTensor_T top = attention.softmax(-1).topk(most, -1, true, true);
    return new Shares(top.get1(), top.get0());
  }

  private static Tensor compress(
      Tensor tokens, Tensor removed, Tensor remaining, Shares shares, Tensor now) {
    long width = tokens.size(2);
    long count = removed.size(0);
    long most = shares.targets.size(2);
    Tensor kept = tokens.gather(1, wide(remaining, width));
    Tensor source = tokens.gather(1, wide(removed, width));
    Tensor weights = shares.values.div(shares.values.sum(new long[] {-1}, true, null));
    Tensor chosen = weights.gather(1, wide(removed, most)).to(tokens.scalar_type());
    Tensor parts = source.unsqueeze(2).mul(chosen.unsqueeze(-1)).reshape(1, count * most, width);
    Tensor to = shares.targets.gather(1, wide(removed, most)).reshape(-1);
    return kept.scatter_add_(1, wide(now.index(at(to)), width), parts);
  }

  /** int64 [n] as [1, n, width]. */
  private static Tensor wide(Tensor positions, long width) {
    return positions.view(1, -1, 1).expand(1, positions.size(0), width);
  }

  private static Tensor normalize(Tensor rows) {
    Tensor length = rows.norm(new ScalarOptional(new Scalar(2)), new long[] {-1}, true);
    return rows.div(length.clamp_min(new Scalar(1e-12)).expand_as(rows));
  }

  private static Tensor upTo(Tensor list) {
    return arange(new Scalar(list.size(0)), int64());
  }

  private static TensorOptions int64() {
    return new TensorOptions(ScalarType.Long);
  }

  private static TensorIndexVector at(Tensor index) {
    return new TensorIndexVector(new TensorIndex(index));
  }
}
