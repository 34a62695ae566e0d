// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.SelectionFunctions.tkz_stride_targets;
import static org.tokenzip.kernel.ElementType.INT32;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.bind.SelectionFunctions.StrideTargetsParams;
import org.tokenzip.runtime.Device;

/**
 * Targets at equal distances in lists of m entries: i · step for i below min(c, m), with step =
 * max(1, m / c) rounded down.
 *
 * <p>Source: VisionZip (arXiv 2412.04467), contextual targets.
 */
public final class StrideTargets {
  private StrideTargets() {}

  /**
   * {@code targets} of {@code tokens} entries, the same for each picture; int32 [batch, targets].
   */
  public static Tensor apply(Device device, long batch, long tokens, long targets) {
    LibtorchCall call = LibtorchCall.on(device);
    Tensor indices = call.ints(batch, targets);
    return call.returning(indices, () -> run(null, tokens, null, view(indices)));
  }

  /**
   * Targets of lists of different lengths.
   *
   * @param counts int32 [B], entries of each picture, limited to 0 to {@code tokens}
   * @return int32 [B, targets], ending with -1
   */
  public static Tensor apply(Tensor counts, long tokens, long targets) {
    LibtorchCall call = LibtorchCall.on(counts);
    Tensor indices = call.ints(counts.size(0), targets);
    return call.returning(indices, () -> run(null, tokens, view(counts), view(indices)));
  }

  /** {@code targets} of the tokens of each picture; int32 [batch, targets], ending with -1. */
  public static Tensor apply(Ragged ragged, long targets) {
    LibtorchCall call = LibtorchCall.on(ragged.offsets().device());
    Tensor indices = call.ints(ragged.batch(), targets);
    return call.returning(indices, () -> run(ragged, 0, null, view(indices)));
  }

  /**
   * Writes {@code indices} int32 [B, c], contiguous.
   *
   * @param tokens the most entries there can be; 0 with a ragged batch, whose pictures say it
   * @param counts int32 [B]; null when all have {@code tokens}, or the batch is ragged
   */
  public static void run(
      @Nullable Ragged ragged, long tokens, @Nullable NativeTensor counts, NativeTensor indices) {
    Call call = Call.on(indices);
    call.check(
        tkz_stride_targets(
            call.context(),
            call.stream(),
            Call.struct(StrideTargetsParams.class, StrideTargetsParams::new)
                .size(Pointer.sizeof(StrideTargetsParams.class))
                .tokens(tokens),
            call.ragged(ragged),
            call.optional("counts", counts, INT32),
            call.out("indices", indices, INT32)));
  }
}
