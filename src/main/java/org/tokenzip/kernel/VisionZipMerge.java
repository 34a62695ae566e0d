// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.VisionZipFunctions.tkz_visionzip_merge;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.tensor.Shapes;

/** Carries out a selection of VisionZip on tokens. */
public final class VisionZipMerge {
  private VisionZipMerge() {}

  /**
   * Copies the dominant tokens bit for bit, then forms the contextual ones: members added in
   * ascending order in fp32, rounded once. May be called any number of times with one selection.
   *
   * @param tokens [B, S, D] in fp32, fp16 or bf16, of the B and S the selection was made over
   * @return [B, out, D] in the dtype of {@code tokens}
   */
  public static Tensor apply(VisionZipIndices indices, Tensor tokens) {
    return apply(null, indices, tokens);
  }

  /**
   * As {@link #apply(VisionZipIndices, Tensor)}, with the batch the selection was made over;
   * ragged: {@code tokens} [1, total, D], and rows that a picture does not have are 0.
   */
  public static Tensor apply(@Nullable Ragged ragged, VisionZipIndices indices, Tensor tokens) {
    if (ragged == null) {
      Shapes.require(tokens, "tokens", indices.batch(), indices.positions(), Shapes.ANY);
    } else {
      Shapes.require(tokens, "tokens", 1, Shapes.ANY, Shapes.ANY);
    }
    LibtorchCall call = LibtorchCall.on(tokens);
    Tensor out = call.like(tokens, indices.batch(), indices.outputTokens(), tokens.size(2));
    return call.returning(out, () -> run(ragged, indices.lists(), view(tokens), view(out)));
  }

  /**
   * As {@link #apply}; writes {@code out} [B, out, D] in the dtype of {@code tokens} [B, S, D] and
   * reads the lists.
   */
  public static void run(
      @Nullable Ragged ragged, VisionZipLists lists, NativeTensor tokens, NativeTensor out) {
    Call call = Call.on(tokens);
    call.check(
        tkz_visionzip_merge(
            call.context(),
            call.stream(),
            lists.parameters().struct(),
            call.ragged(ragged),
            call.in("tokens", tokens),
            lists.struct(call),
            call.out("out", out)));
  }
}
