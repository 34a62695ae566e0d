// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.SelectionFunctions.tkz_threshold_select;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.ElementType.INT32;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.runtime.NonFiniteInputException;
import org.tokenzip.tensor.Shapes;
import org.tokenzip.tensor.Tensors;

/** All scores of each picture that are at least its threshold, by ascending index. */
public final class ThresholdSelect {
  private ThresholdSelect() {}

  /**
   * What was found; on a CUDA device {@link #requireFinite} tells whether it can be trusted.
   *
   * @param indices int32 [B, most], ending with -1
   * @param count int32 [B], how many there are, also when that is more than {@code most}
   * @param nonFinite int32 [B] 1 where a NaN or infinity took part that decides something
   */
  public record Result(Tensor indices, Tensor count, Tensor nonFinite) implements AutoCloseable {
    /**
     * Reads the flags; waits for the device.
     *
     * @throws NonFiniteInputException naming the images whose lists are meaningless
     */
    public void requireFinite() {
      NonFinite.require(Tensors.toIntArray(nonFinite));
    }

    @Override
    public void close() {
      indices.close();
      count.close();
      nonFinite.close();
    }
  }

  /**
   * Lists what reaches the threshold.
   *
   * @param scores fp32 [B, N]
   * @param threshold fp32 [B]
   * @param most how many of a picture are listed, the first ones
   */
  public static Result apply(Tensor scores, Tensor threshold, long most) {
    return apply(null, scores, threshold, most);
  }

  /** As {@link #apply(Tensor, Tensor, long)}; ragged: {@code scores} [1, total]. */
  public static Result apply(@Nullable Ragged ragged, Tensor scores, Tensor threshold, long most) {
    Shapes.require(threshold, "threshold", 1);
    LibtorchCall call = LibtorchCall.on(scores);
    Tensor indices = call.ints(threshold.size(0), most);
    Tensor count = call.ints(threshold.size(0));
    Tensor nonFinite = call.ints(threshold.size(0));
    return call.returning(
        new Result(indices, count, nonFinite),
        () ->
            run(
                ragged,
                view(scores),
                view(threshold),
                view(indices),
                view(count),
                view(nonFinite)));
  }

  /**
   * As {@link #apply}.
   *
   * @param indices int32 [B, most], contiguous; overwritten
   * @param count int32 [B]; overwritten
   * @param nonFinite int32 [B]; may be null
   */
  public static void run(
      @Nullable Ragged ragged,
      NativeTensor scores,
      NativeTensor threshold,
      NativeTensor indices,
      NativeTensor count,
      @Nullable NativeTensor nonFinite) {
    Call call = Call.on(scores);
    call.check(
        tkz_threshold_select(
            call.context(),
            call.stream(),
            call.ragged(ragged),
            call.in("scores", scores, FP32),
            call.in("threshold", threshold, FP32),
            call.out("indices", indices, INT32),
            call.out("count", count, INT32),
            call.flags(nonFinite, Ragged.pictures(ragged, scores.size(0)))),
        nonFinite);
  }
}
