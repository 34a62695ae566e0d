// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.MergingFunctions.tkz_gather;
import static org.tokenzip.kernel.ElementType.INT32;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.tensor.Shapes;

/** Rows picked by index, copied bit for bit; a zero row where the index is outside, like -1. */
public final class Gather {
  private Gather() {}

  /** Picks rows of {@code tokens} [B, S, D] by {@code index} int32 [B, k]; returns [B, k, D]. */
  public static Tensor apply(Tensor tokens, Tensor index) {
    return apply(null, tokens, index);
  }

  /**
   * As {@link #apply(Tensor, Tensor)}; ragged: {@code tokens} [1, total, D], indices count within a
   * picture.
   */
  public static Tensor apply(@Nullable Ragged ragged, Tensor tokens, Tensor index) {
    Shapes.require(tokens, "tokens", 3);
    Shapes.require(index, "index", 2);
    LibtorchCall call = LibtorchCall.on(tokens);
    Tensor out = call.like(tokens, index.size(0), index.size(1), tokens.size(2));
    return call.returning(out, () -> run(ragged, view(tokens), view(index), view(out)));
  }

  /**
   * As {@link #apply}; writes {@code out} [B, k, D] of the tokens' dtype, contiguous.
   *
   * @throws IllegalArgumentException if shapes or dtypes do not fit
   */
  public static void run(
      @Nullable Ragged ragged, NativeTensor tokens, NativeTensor index, NativeTensor out) {
    Call call = Call.on(tokens);
    call.check(
        tkz_gather(
            call.context(),
            call.stream(),
            call.ragged(ragged),
            call.in("tokens", tokens),
            call.in("index", index, INT32),
            call.out("out", out)));
  }
}
