// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.MergingFunctions.tkz_size_weighted_merge;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.ElementType.INT32;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.tensor.Shapes;

/**
 * The mean, weighted by size, of each target and the sources assigned to it, and its new size.
 *
 * <p>Source: ToMe (arXiv 2210.09461), section 3.
 */
public final class SizeWeightedMerge {
  private SizeWeightedMerge() {}

  /**
   * What came of the targets.
   *
   * @param tokens [B, c, D] in the dtype of the targets
   * @param sizes fp32 [B, c]
   */
  public record Result(Tensor tokens, Tensor sizes) implements AutoCloseable {
    @Override
    public void close() {
      tokens.close();
      sizes.close();
    }
  }

  /** Merges pictures of one length, see the parameters of the ragged form. */
  public static Result apply(
      Tensor target, Tensor targetSize, Tensor source, Tensor sourceSize, Tensor assign) {
    return apply(null, target, targetSize, source, sourceSize, assign);
  }

  /**
   * Merges.
   *
   * @param ragged null, or {@code source} is [1, total, D], {@code sourceSize} and {@code assign}
   *     [1, total]
   * @param target [B, c, D] in fp32, fp16 or bf16
   * @param targetSize fp32 [B, c], positive
   * @param source [B, n, D] of the same dtype
   * @param sourceSize fp32 [B, n], positive
   * @param assign int32 [B, n], the target of each source; none where it is outside, like -1
   */
  public static Result apply(
      @Nullable Ragged ragged,
      Tensor target,
      Tensor targetSize,
      Tensor source,
      Tensor sourceSize,
      Tensor assign) {
    Shapes.require(target, "target", 3);
    Shapes.require(source, "source", 3);
    LibtorchCall call = LibtorchCall.on(target);
    Tensor out = call.like(target, target.size(0), target.size(1), target.size(2));
    Tensor outSize = call.floats(target.size(0), target.size(1));
    Workspace workspace =
        call.workspace(
            MergeWorkspace.bytes(
                target.size(0), Ragged.tokens(ragged, source.size(1)), target.size(1)));
    return call.returning(
        new Result(out, outSize),
        () ->
            run(
                ragged,
                view(target),
                view(targetSize),
                view(source),
                view(sourceSize),
                view(assign),
                view(out),
                view(outSize),
                workspace));
  }

  /**
   * As {@link #apply}.
   *
   * @param out [B, c, D] of the target's dtype, contiguous; overwritten
   * @param outSize fp32 [B, c], contiguous; overwritten
   * @param workspace of {@link MergeWorkspace#bytes} for B, n and c
   */
  public static void run(
      @Nullable Ragged ragged,
      NativeTensor target,
      NativeTensor targetSize,
      NativeTensor source,
      NativeTensor sourceSize,
      NativeTensor assign,
      NativeTensor out,
      NativeTensor outSize,
      Workspace workspace) {
    Call call = Call.on(target);
    call.check(
        tkz_size_weighted_merge(
            call.context(),
            call.stream(),
            call.ragged(ragged),
            call.in("target", target),
            call.in("targetSize", targetSize, FP32),
            call.in("source", source),
            call.in("sourceSize", sourceSize, FP32),
            call.in("assign", assign, INT32),
            call.out("out", out),
            call.out("outSize", outSize, FP32),
            call.workspace(workspace),
            workspace.bytes()));
  }
}
