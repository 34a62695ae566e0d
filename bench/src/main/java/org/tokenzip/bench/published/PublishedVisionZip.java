// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bench.published;

import static org.bytedeco.pytorch.global.torch.arange;
import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.isin;
import static org.bytedeco.pytorch.global.torch.ones_like;
import static org.bytedeco.pytorch.global.torch.zeros;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Slice;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorIndex;
import org.bytedeco.pytorch.TensorIndexVector;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * VisionZip's token selection and merging as its published code (commit 3151f6d) does it: the same
 * libtorch operators in the same order, everything in the storage dtype. Call it inside a {@link
 * org.tokenzip.tensor.TensorScope}, which frees the intermediate tensors like the end of the Python
 * function does.
 */
public final class PublishedVisionZip {
  private PublishedVisionZip() {}

  /**
   * What the published function returns, and the assignment it computes on the way.
   *
   * @param tokens [B, 1 + dominantPatches + contextual, D]
   * @param kept int64 [B, 1 + dominantPatches] positions: CLS, then the patches by score
   * @param assignment int64 [B, merged] target that each merged token went to, in sequence order
   */
  public record Compressed(Tensor tokens, Tensor kept, Tensor assignment) {}

  /**
   * Keeps and merges, from an attention map that already exists.
   *
   * @param attention softmax map [B, H, R, S] whose row 0 is the CLS query's; eager attention gives
   *     R = S, one row is enough
   * @param metric mean of the keys over heads [B, S, d]
   * @param hidden tokens [B, S, D]
   */
  public static Compressed compress(
      Tensor attention, Tensor metric, Tensor hidden, long dominantPatches, long contextual) {
    long images = hidden.size(0);
    long patches = hidden.size(1) - 1;
    long width = hidden.size(2);
    long remaining = patches - dominantPatches;
    ScalarType dtype = hidden.scalar_type();

    // Dominant tokens: score, top-k, boolean mask, masked_select.
    Tensor clsAttention = attention.select(2, 0).narrow(2, 1, patches); // [B, H, N]
    Tensor score = clsAttention.sum(1); // [B, N]
    Tensor cls = zeros(new long[] {images, 1}, new TensorOptions(ScalarType.Long));
    Tensor top = score.topk(dominantPatches, 1, true, true).get1().add(new Scalar(1)); // [B, k]
    Tensor kept = concat(1, cls, top);
    Tensor firstChannel = hidden.select(2, 0); // [B, S]
    Tensor mask =
        ones_like(firstChannel, new TensorOptions(ScalarType.Bool), null)
            .scatter_(1, kept, new Scalar(0));
    Tensor dominant =
        hidden
            .masked_select(mask.unsqueeze(-1).bitwise_not())
            .view(images, dominantPatches + 1, width);

    // What is left of the metric and of the tokens.
    Tensor metricLeft = at(metric, mask).view(images, remaining, metric.size(2));
    Tensor hiddenLeft = hidden.masked_select(mask.unsqueeze(-1)).view(images, remaining, width);
    Tensor norm = metricLeft.norm(new ScalarOptional(new Scalar(2)), new long[] {-1}, true);
    Tensor normalised = metricLeft.div(norm);

    // Contextual tokens: stride targets, cosine, one-hot, matrix product.
    long step = Math.max(1, remaining / contextual);
    Tensor positions = range(0, remaining, 1);
    Tensor targets = range(0, remaining, step).narrow(0, 0, contextual);
    Tensor targetMetric = atEveryImage(normalised, targets);
    Tensor merging = isin(positions, targets).bitwise_not();
    Tensor mergingMetric = atEveryImage(normalised, merging);
    Tensor similarity = mergingMetric.bmm(targetMetric.transpose(1, 2)); // [B, m, C]
    Tensor assignment = similarity.argmax(new LongOptional(2), false); // [B, m]
    Tensor oneHot =
        zeros(new long[] {images, remaining - contextual, contextual}, new TensorOptions(dtype))
            .scatter_(2, assignment.unsqueeze(-1), new Scalar(1));
    Tensor count =
        oneHot.sum(1).clamp(new ScalarOptional(new Scalar(1)), new ScalarOptional()).unsqueeze(-1);
    Tensor mergingAgain = isin(range(0, remaining, 1), targets).bitwise_not();
    Tensor hiddenMerging = atEveryImage(hiddenLeft, mergingAgain);
    Tensor aggregated = oneHot.transpose(1, 2).bmm(hiddenMerging).div(count); // [B, C, D]
    Tensor merged = atEveryImage(hiddenLeft, targets).add(aggregated);

    return new Compressed(concat(1, dominant, merged), kept, assignment);
  }

  /** The CLS query's row of the attention map [B, H, 1, S], of {@code query} [B, H, d]. */
  public static Tensor clsRow(Tensor query, Tensor keys, float scale) {
    Tensor row = query.unsqueeze(2).mul(new Scalar(scale)).matmul(keys.transpose(2, 3));
    return row.softmax(-1);
  }

  /** The published metric: mean of the keys [B, H, S, d] over heads, [B, S, d]. */
  public static Tensor metric(Tensor keys) {
    return keys.mean(1);
  }

  private static Tensor range(long start, long end, long step) {
    return arange(
        new Scalar(start), new Scalar(end), new Scalar(step), new TensorOptions(ScalarType.Long));
  }

  private static Tensor concat(long dimension, Tensor... parts) {
    return cat(new TensorVector(parts), dimension);
  }

  /** {@code tensor[index]}. */
  private static Tensor at(Tensor tensor, Tensor index) {
    return tensor.index(new TensorIndexVector(new TensorIndex(index)));
  }

  /** {@code tensor[:, index, :]}. */
  private static Tensor atEveryImage(Tensor tensor, Tensor index) {
    return tensor.index(
        new TensorIndexVector(
            new TensorIndex(new Slice()), new TensorIndex(index), new TensorIndex(new Slice())));
  }
}
