// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.AssignmentFunctions.tkz_top_neighbours;
import static org.tokenzip.kernel.ElementType.FP32;
import static org.tokenzip.kernel.ElementType.INT32;
import static org.tokenzip.kernel.LibtorchView.optional;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.bind.AssignmentFunctions.TopNeighboursParams;
import org.tokenzip.runtime.NonFiniteInputException;
import org.tokenzip.tensor.Shapes;
import org.tokenzip.tensor.Tensors;

/**
 * The rows of highest cosine for every row, by falling cosine and, among equals, by rising index.
 */
public final class TopNeighbours {
  private TopNeighbours() {}

  /**
   * What was found; on a CUDA device {@link #requireFinite} tells whether it can be trusted.
   *
   * @param index int32 [B, n, q], ending with -1
   * @param similarity fp32 [B, n, q], ending with 0
   * @param nonFinite int32 [B] 1 where a NaN or infinity took part that decides something
   */
  public record Result(Tensor index, Tensor similarity, Tensor nonFinite) implements AutoCloseable {
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
      similarity.close();
      nonFinite.close();
    }
  }

  /**
   * The {@code neighbours} rows most like each row of {@code tokens} [B, n, d], itself left out.
   */
  public static Result apply(Tensor tokens, int neighbours) {
    return apply(null, tokens, null, neighbours, true, false);
  }

  /**
   * The nearest rows, of the same tensor or of another.
   *
   * @param ragged null, or {@code tokens} is [1, total, d] and the results [1, total, q]
   * @param others [B, m, d]; null: the rows of {@code tokens}
   * @param excludeSelf whether a row is not its own neighbour; only without {@code others}
   * @param centred whether the mean of a picture's rows is subtracted from each first
   */
  public static Result apply(
      @Nullable Ragged ragged,
      Tensor tokens,
      @Nullable Tensor others,
      int neighbours,
      boolean excludeSelf,
      boolean centred) {
    Shapes.require(tokens, "tokens", 3);
    LibtorchCall call = LibtorchCall.on(tokens);
    Tensor index = call.ints(tokens.size(0), tokens.size(1), neighbours);
    Tensor similarity = call.floats(tokens.size(0), tokens.size(1), neighbours);
    Tensor nonFinite = call.ints(Ragged.pictures(ragged, tokens.size(0)));
    Workspace workspace =
        call.workspace(CosineWorkspace.bytes(ragged, view(tokens), optional(others)));
    return call.returning(
        new Result(index, similarity, nonFinite),
        () ->
            run(
                ragged,
                view(tokens),
                optional(others),
                excludeSelf,
                centred,
                view(index),
                view(similarity),
                view(nonFinite),
                workspace));
  }

  /**
   * As {@link #apply}.
   *
   * @param index int32 [B, n, q], contiguous; its extent says how many are wanted
   * @param similarity fp32 [B, n, q], contiguous; overwritten
   * @param nonFinite int32 [B]; may be null
   * @param workspace of {@link CosineWorkspace#bytes}
   */
  public static void run(
      @Nullable Ragged ragged,
      NativeTensor tokens,
      @Nullable NativeTensor others,
      boolean excludeSelf,
      boolean centred,
      NativeTensor index,
      NativeTensor similarity,
      @Nullable NativeTensor nonFinite,
      Workspace workspace) {
    Call call = Call.on(tokens);
    call.check(
        tkz_top_neighbours(
            call.context(),
            call.stream(),
            Call.struct(TopNeighboursParams.class, TopNeighboursParams::new)
                .size(Pointer.sizeof(TopNeighboursParams.class))
                .centred(centred ? 1 : 0)
                .neighbours(Math.toIntExact(index.size(2)))
                .exclude_self(excludeSelf ? 1 : 0),
            call.ragged(ragged),
            call.in("tokens", tokens),
            call.optional("others", others),
            call.out("index", index, INT32),
            call.out("similarity", similarity, FP32),
            call.flags(nonFinite, Ragged.pictures(ragged, tokens.size(0))),
            call.workspace(workspace),
            workspace.bytes()),
        nonFinite);
  }
}
