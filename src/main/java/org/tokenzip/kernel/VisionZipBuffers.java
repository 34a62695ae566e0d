// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.kernel.LibtorchView.view;

import org.bytedeco.pytorch.Tensor;
import org.tokenzip.tensor.Shapes;
import org.tokenzip.tensor.TensorScope;

/**
 * Memory for compressing any number of batches of one shape: lists, output tokens and workspace,
 * allocated once. A call then allocates nothing, writes where the last one wrote, and so touches no
 * fresh pages on the CPU and keeps its addresses on a GPU, as a captured CUDA graph needs.
 *
 * <p>For one thread at a time. Independent of the scopes open when it is made: closing it frees the
 * result with it.
 */
public final class VisionZipBuffers implements AutoCloseable {
  private final LibtorchCall call;
  private final VisionZipKernel.Result result;
  private final VisionZipLists lists;
  private final NativeTensor out;
  private final Workspace workspace;
  private final long[] queryShape;
  private final long[] keysShape;
  private final long[] tokensShape;

  /**
   * Buffers for batches like this one; the tensors are read for shape, dtype and device only.
   *
   * @param query [B, H, d], the CLS query of a layer
   * @param keys [B, H, S, d] of that layer, in the dtype of {@code query}
   * @param tokens [B, S, D] in any of fp32, fp16 and bf16
   */
  public static VisionZipBuffers like(
      VisionZipParameters parameters, Tensor query, Tensor keys, Tensor tokens) {
    LibtorchCall call = VisionZipKernel.call(null, query, keys, tokens);
    try {
      return new VisionZipBuffers(call, parameters, query, keys, tokens);
    } catch (RuntimeException e) {
      throw call.failed(e);
    }
  }

  private VisionZipBuffers(
      LibtorchCall call, VisionZipParameters parameters, Tensor query, Tensor keys, Tensor tokens) {
    this.call = call;
    queryShape = query.shape();
    keysShape = keys.shape();
    tokensShape = tokens.shape();
    result = VisionZipKernel.allocate(null, call, parameters, tokens);
    lists = result.indices().lists();
    out = view(result.tokens());
    workspace =
        LibtorchView.workspace(call.bytes(VisionZipKernel.workspaceBytes(parameters, view(keys))));
    call.outputs().forEach(TensorScope::own);
  }

  /**
   * Compresses one batch, as {@link VisionZipKernel#apply} does.
   *
   * @return the same object at every call, valid until the next one; closed with the buffers
   */
  public VisionZipKernel.Result apply(Tensor query, Tensor keys, Tensor tokens) {
    Shapes.require(query, "query", queryShape);
    Shapes.require(keys, "keys", keysShape);
    Shapes.require(tokens, "tokens", tokensShape);
    call.run(
        () ->
            VisionZipKernel.run(
                null, view(query), view(keys), view(tokens), lists, out, workspace));
    return result;
  }

  @Override
  public void close() {
    call.release();
  }
}
