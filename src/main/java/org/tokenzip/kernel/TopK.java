// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.SelectionFunctions.tkz_top_k;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.ElementType.INT32;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.bind.SelectionFunctions.TopKParams;
import org.tokenzip.runtime.NonFiniteInputException;
import org.tokenzip.tensor.Shapes;
import org.tokenzip.tensor.Tensors;

/** The k highest scores of each picture: exact, ties to the lower index. */
public final class TopK {
  private TopK() {}

  /**
   * What was found; on a CUDA device {@link #requireFinite} tells whether it can be trusted.
   *
   * @param indices int32 [B, k]
   * @param values fp32 [B, k], the scores at {@code indices}
   * @param nonFinite int32 [B] 1 where a NaN or infinity took part that decides something
   */
  public record Result(Tensor indices, Tensor values, Tensor nonFinite) implements AutoCloseable {
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
      values.close();
      nonFinite.close();
    }
  }

  /**
   * Finds the {@code k} highest of {@code scores} fp32 [B, N].
   *
   * @param k from 0 to N
   * @param ranked whether by descending score, in place of ascending index
   */
  public static Result apply(Tensor scores, long k, boolean ranked) {
    return apply(null, scores, k, ranked);
  }

  /**
   * As {@link #apply(Tensor, long, boolean)}; ragged: {@code scores} [1, total], any k, and the
   * list of a picture with fewer tokens ends with -1 (values 0).
   */
  public static Result apply(@Nullable Ragged ragged, Tensor scores, long k, boolean ranked) {
    Shapes.require(scores, "scores", 2);
    long batch = Ragged.pictures(ragged, scores.size(0));
    LibtorchCall call = LibtorchCall.on(scores);
    Tensor indices = call.ints(batch, Math.max(0, k));
    Tensor values = call.floats(batch, Math.max(0, k));
    Tensor nonFinite = call.ints(batch);
    return call.returning(
        new Result(indices, values, nonFinite),
        () -> run(ragged, view(scores), k, ranked, view(indices), view(values), view(nonFinite)));
  }

  /**
   * As {@link #apply}.
   *
   * @param indices int32 [B, k], contiguous; overwritten
   * @param values fp32 [B, k], contiguous; may be null
   * @param nonFinite int32 [B]; may be null
   */
  public static void run(
      @Nullable Ragged ragged,
      NativeTensor scores,
      long k,
      boolean ranked,
      NativeTensor indices,
      @Nullable NativeTensor values,
      @Nullable NativeTensor nonFinite) {
    Call call = Call.on(scores);
    call.check(
        tkz_top_k(
            call.context(),
            call.stream(),
            Call.struct(TopKParams.class, TopKParams::new)
                .size(Pointer.sizeof(TopKParams.class))
                .ranked(ranked ? 1 : 0)
                .k(k),
            call.ragged(ragged),
            call.in("scores", scores, FP32),
            call.out("indices", indices, INT32),
            call.optionalOut("values", values, FP32),
            call.flags(nonFinite, Ragged.pictures(ragged, scores.size(0)))),
        nonFinite);
  }
}
