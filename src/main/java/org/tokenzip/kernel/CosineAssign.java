// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.AssignmentFunctions.tkz_cosine_assign;
import static org.tokenzip.kernel.CosineWorkspace.parameters;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.ElementType.INT32;
import static org.tokenzip.kernel.LibtorchView.optional;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.runtime.NonFiniteInputException;
import org.tokenzip.tensor.Shapes;
import org.tokenzip.tensor.Tensors;

/**
 * The target of largest cosine for every source; of equal ones the first.
 *
 * <p>Source: VisionZip (arXiv 2412.04467) and ToMe (arXiv 2210.09461), matching of tokens by keys.
 */
public final class CosineAssign {
  private CosineAssign() {}

  /**
   * What was found; on a CUDA device {@link #requireFinite} tells whether it can be trusted.
   *
   * @param index int32, one for each source: the position of its target
   * @param best fp32, shaped like {@code index}: that cosine
   * @param nonFinite int32 [B] 1 where a NaN or infinity took part that decides something
   */
  public record Result(Tensor index, Tensor best, Tensor nonFinite) implements AutoCloseable {
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
      index.close();
      best.close();
      nonFinite.close();
    }
  }

  /** Assigns every row of {@code source} [B, n, d] to a row of {@code target} [B, m, d]. */
  public static Result apply(Tensor source, Tensor target) {
    return apply(null, source, null, target, null, false);
  }

  /**
   * Assigns chosen rows to chosen rows, of the same tensor or of another.
   *
   * @param ragged null, or {@code source} is [1, total, d] and the result without {@code
   *     sourceIndex} [1, total]
   * @param source [B, n, d] in fp32, fp16 or bf16
   * @param sourceIndex int32 [B, K], the rows that are sources; null: all
   * @param target [B, m, d] of the same dtype; null: the rows of {@code source}
   * @param targetIndex int32 [B, M], the rows that are targets, and what the result counts in;
   *     null: all
   * @param centred whether the mean of a picture's rows is subtracted from each first
   */
  public static Result apply(
      @Nullable Ragged ragged,
      Tensor source,
      @Nullable Tensor sourceIndex,
      @Nullable Tensor target,
      @Nullable Tensor targetIndex,
      boolean centred) {
    Shapes.require(source, "source", 3);
    LibtorchCall call = LibtorchCall.on(source);
    Tensor like = sourceIndex == null ? source : sourceIndex;
    Tensor index = call.ints(like.size(0), like.size(1));
    Tensor best = call.floats(like.size(0), like.size(1));
    Tensor nonFinite = call.ints(Ragged.pictures(ragged, source.size(0)));
    Workspace workspace =
        call.workspace(CosineWorkspace.bytes(ragged, view(source), optional(target)));
    return call.returning(
        new Result(index, best, nonFinite),
        () ->
            run(
                ragged,
                view(source),
                optional(sourceIndex),
                optional(target),
                optional(targetIndex),
                centred,
                view(index),
                view(best),
                view(nonFinite),
                workspace));
  }

  /**
   * As {@link #apply}.
   *
   * @param index int32, one for each source, contiguous; overwritten
   * @param best fp32, shaped like {@code index}, contiguous; may be null
   * @param nonFinite int32 [B]; may be null
   * @param workspace of {@link CosineWorkspace#bytes}
   */
  public static void run(
      @Nullable Ragged ragged,
      NativeTensor source,
      @Nullable NativeTensor sourceIndex,
      @Nullable NativeTensor target,
      @Nullable NativeTensor targetIndex,
      boolean centred,
      NativeTensor index,
      @Nullable NativeTensor best,
      @Nullable NativeTensor nonFinite,
      Workspace workspace) {
    Call call = Call.on(source);
    call.check(
        tkz_cosine_assign(
            call.context(),
            call.stream(),
            parameters(centred),
            call.ragged(ragged),
            call.in("source", source),
            call.optional("sourceIndex", sourceIndex, INT32),
            call.optional("target", target),
            call.optional("targetIndex", targetIndex, INT32),
            call.out("index", index, INT32),
            call.optionalOut("best", best, FP32),
            call.flags(nonFinite, Ragged.pictures(ragged, source.size(0))),
            call.workspace(workspace),
            workspace.bytes()),
        nonFinite);
  }
}
