// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.VisionZipFunctions.tkz_visionzip;
import static org.tokenzip.bind.VisionZipFunctions.tkz_visionzip_workspace;
import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.runtime.Status;
import org.tokenzip.tensor.Shapes;

/** The whole of VisionZip in one native call: three launches on a GPU, nothing in between. */
public final class VisionZipKernel {
  private VisionZipKernel() {}

  /**
   * Selection and tokens.
   *
   * @param indices which token went where
   * @param tokens [B, out, D]
   */
  public record Result(VisionZipIndices indices, Tensor tokens) implements AutoCloseable {
    @Override
    public void close() {
      indices.close();
      tokens.close();
    }
  }

  /**
   * Selects and merges; equal to {@link ClsLogitsKeyMean}, {@link VisionZipSelect} and {@link
   * VisionZipMerge} one after another, and reports non-finite input as {@link VisionZipSelect}
   * does. For the same shape again and again, {@link VisionZipBuffers} spares the allocations.
   *
   * @param query [B, H, d], the CLS query of a layer
   * @param keys [B, H, S, d] of that layer, in the dtype of {@code query}
   * @param tokens [B, S, D] in any of fp32, fp16 and bf16
   */
  public static Result apply(
      VisionZipParameters parameters, Tensor query, Tensor keys, Tensor tokens) {
    return apply(null, parameters, query, keys, tokens);
  }

  /**
   * As {@link #apply(VisionZipParameters, Tensor, Tensor, Tensor)}; ragged: {@code query} [batch,
   * H, d], {@code keys} [1, H, total, d], {@code tokens} [1, total, D]. The results have room for
   * what maxTokens tokens give; rows that a picture does not have are 0.
   */
  public static Result apply(
      @Nullable Ragged ragged,
      VisionZipParameters parameters,
      Tensor query,
      Tensor keys,
      Tensor tokens) {
    LibtorchCall call = call(ragged, query, keys, tokens);
    Result result = allocate(ragged, call, parameters, tokens);
    Workspace workspace = call.workspace(workspaceBytes(parameters, view(keys)));
    return call.returning(
        result,
        () ->
            run(
                ragged,
                view(query),
                view(keys),
                view(tokens),
                result.indices.lists(),
                view(result.tokens),
                workspace));
  }

  /**
   * Bytes of workspace for {@link #run} with {@code keys} [B, H, S, d], ragged [1, H, total, d].
   */
  public static long workspaceBytes(VisionZipParameters parameters, NativeTensor keys) {
    Status.check(
        tkz_visionzip_workspace(
            parameters.struct(),
            keys.size(0),
            keys.size(1),
            keys.size(2),
            keys.size(3),
            Call.size()));
    return Workspace.padded(Call.size().get());
  }

  /**
   * As {@link #apply}, into memory of the caller.
   *
   * @param lists with the parameters, their positions S, or maxTokens; overwritten
   * @param out [B, out, D] in the dtype of {@code tokens}; overwritten
   */
  public static void run(
      @Nullable Ragged ragged,
      NativeTensor query,
      NativeTensor keys,
      NativeTensor tokens,
      VisionZipLists lists,
      NativeTensor out,
      Workspace workspace) {
    Call call = Call.on(keys);
    call.check(
        tkz_visionzip(
            call.context(),
            call.stream(),
            lists.parameters().struct(),
            call.ragged(ragged),
            call.in("query", query),
            call.in("keys", keys),
            call.in("tokens", tokens),
            lists.struct(call),
            call.out("out", out),
            call.workspace(workspace),
            workspace.bytes()),
        lists.nonFinite());
  }

  static LibtorchCall call(@Nullable Ragged ragged, Tensor query, Tensor keys, Tensor tokens) {
    Shapes.require(keys, "keys", 4);
    Shapes.require(
        query, "query", Ragged.pictures(ragged, keys.size(0)), keys.size(1), keys.size(3));
    Shapes.require(tokens, "tokens", keys.size(0), keys.size(2), Shapes.ANY);
    return LibtorchCall.on(keys);
  }

  static Result allocate(
      @Nullable Ragged ragged, LibtorchCall call, VisionZipParameters parameters, Tensor tokens) {
    long batch = Ragged.pictures(ragged, tokens.size(0));
    long positions = Ragged.tokens(ragged, tokens.size(1));
    VisionZipIndices indices = VisionZipIndices.allocate(call, parameters, batch, positions);
    return new Result(indices, call.like(tokens, batch, indices.outputTokens(), tokens.size(2)));
  }
}
