// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.SelectionFunctions.tkz_quantile_count;
import static org.tokenzip.bind.SelectionFunctions.tkz_quantile_select;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.ElementType.INT32;
import static org.tokenzip.kernel.LibtorchView.optional;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.bind.SelectionFunctions.QuantileSelectParams;
import org.tokenzip.runtime.NativeRuntime;
import org.tokenzip.runtime.NonFiniteInputException;
import org.tokenzip.tensor.Shapes;
import org.tokenzip.tensor.Tensors;

/**
 * The entries of each row at or above its ε-quantile, by ascending index: all that are not below
 * the one at place ρ = min(n - 1, max(0, ⌈ε (n - 1)⌉)), from 0, in ascending order.
 *
 * <p>Source: FiCoCo (arXiv 2411.17686), token-adaptive targets.
 */
public final class QuantileSelect {
  private QuantileSelect() {}

  /**
   * What was found; on a CUDA device {@link #requireFinite} tells whether it can be trusted.
   *
   * @param indices int32 [B, R, most], ending with -1
   * @param count int32 [B, R], how many there are, also when that is more than {@code most}
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
   * Lists the entries of every row.
   *
   * @param values fp32 [B, R, n]
   * @param epsilon from 0 to 1
   * @param most how many of a row are listed, the first ones; see {@link #count}
   */
  public static Result apply(Tensor values, double epsilon, long most) {
    return apply(null, values, null, epsilon, most);
  }

  /**
   * As {@link #apply(Tensor, double, long)}, for rows with fewer entries than n.
   *
   * @param counts int32 [B], entries of each row of a picture; null when all have n. A ragged batch
   *     says it instead, n being maxTokens
   */
  public static Result apply(
      @Nullable Ragged ragged, Tensor values, @Nullable Tensor counts, double epsilon, long most) {
    Shapes.require(values, "values", 3);
    LibtorchCall call = LibtorchCall.on(values);
    Tensor indices = call.ints(values.size(0), values.size(1), most);
    Tensor count = call.ints(values.size(0), values.size(1));
    Tensor nonFinite = call.ints(values.size(0));
    return call.returning(
        new Result(indices, count, nonFinite),
        () ->
            run(
                ragged,
                view(values),
                optional(counts),
                epsilon,
                view(indices),
                view(count),
                view(nonFinite)));
  }

  /** Entries found in a row of {@code n} distinct values; more where values are equal. */
  public static long count(double epsilon, long n) {
    NativeRuntime.load();
    long count = tkz_quantile_count(epsilon, n);
    if (count < 0) {
      throw new IllegalArgumentException("epsilon: expected 0 to 1, got " + epsilon);
    }
    return count;
  }

  /**
   * As {@link #apply}.
   *
   * @param indices int32 [B, R, most], contiguous; overwritten
   * @param count int32 [B, R], contiguous; overwritten
   * @param nonFinite int32 [B]; may be null
   */
  public static void run(
      @Nullable Ragged ragged,
      NativeTensor values,
      @Nullable NativeTensor counts,
      double epsilon,
      NativeTensor indices,
      NativeTensor count,
      @Nullable NativeTensor nonFinite) {
    Call call = Call.on(values);
    call.check(
        tkz_quantile_select(
            call.context(),
            call.stream(),
            Call.struct(QuantileSelectParams.class, QuantileSelectParams::new)
                .size(Pointer.sizeof(QuantileSelectParams.class))
                .epsilon(epsilon),
            call.ragged(ragged),
            call.in("values", values, FP32),
            call.optional("counts", counts, INT32),
            call.out("indices", indices, INT32),
            call.out("count", count, INT32),
            call.flags(nonFinite, values.size(0))),
        nonFinite);
  }
}
