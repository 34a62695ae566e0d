// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.MergingFunctions.tkz_target_mean_merge;
import static org.tokenzip.kernel.ElementType.INT32;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.bind.MergingFunctions.MergeParams;
import org.tokenzip.tensor.Shapes;

/**
 * Each target with the mean of the sources assigned to it; one without sources is copied.
 *
 * <p>Source: VisionZip (arXiv 2412.04467), section 3.
 */
public final class TargetMeanMerge {
  private TargetMeanMerge() {}

  /** As {@link #apply(MergeMode, Ragged, Tensor, Tensor, Tensor)}, all pictures of one length. */
  public static Tensor apply(MergeMode mode, Tensor target, Tensor source, Tensor assign) {
    return apply(mode, null, target, source, assign);
  }

  /**
   * Merges.
   *
   * @param ragged null, or {@code source} is [1, total, D] and {@code assign} [1, total]
   * @param target [B, c, D] in fp32, fp16 or bf16
   * @param source [B, n, D] of the same dtype
   * @param assign int32 [B, n], the target of each source; none where it is outside, like -1
   * @return [B, c, D]
   */
  public static Tensor apply(
      MergeMode mode, @Nullable Ragged ragged, Tensor target, Tensor source, Tensor assign) {
    Shapes.require(target, "target", 3);
    Shapes.require(source, "source", 3);
    LibtorchCall call = LibtorchCall.on(target);
    Tensor out = call.like(target, target.size(0), target.size(1), target.size(2));
    Workspace workspace =
        call.workspace(
            MergeWorkspace.bytes(
                target.size(0), Ragged.tokens(ragged, source.size(1)), target.size(1)));
    return call.returning(
        out,
        () -> run(mode, ragged, view(target), view(source), view(assign), view(out), workspace));
  }

  /**
   * As {@link #apply}; writes {@code out} [B, c, D] of the target's dtype, contiguous.
   *
   * @param workspace of {@link MergeWorkspace#bytes} for B, n and c
   */
  public static void run(
      MergeMode mode,
      @Nullable Ragged ragged,
      NativeTensor target,
      NativeTensor source,
      NativeTensor assign,
      NativeTensor out,
      Workspace workspace) {
    Call call = Call.on(target);
    call.check(
        tkz_target_mean_merge(
            call.context(),
            call.stream(),
            Call.struct(MergeParams.class, MergeParams::new)
                .size(Pointer.sizeof(MergeParams.class))
                .mode(mode.code()),
            call.ragged(ragged),
            call.in("target", target),
            call.in("source", source),
            call.in("assign", assign, INT32),
            call.out("out", out),
            call.workspace(workspace),
            workspace.bytes()));
  }
}
