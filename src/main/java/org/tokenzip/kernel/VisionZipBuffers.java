// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.kernel.Launch.view;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.bind.TokenZipLibrary.TkzTensor;
import org.tokenzip.bind.TokenZipLibrary.VisionZipParams;
import org.tokenzip.bind.TokenZipLibrary.VisionZipSelection;
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
  private final VisionZipKernel.Result result;
  private final long[] queryShape;
  private final long[] keysShape;
  private final long[] tokensShape;
  private final Tensor workspace;
  private final VisionZipParams params;
  private final VisionZipSelection selection;
  private final TkzTensor out;
  private final List<Pointer> owned = new ArrayList<>();

  /**
   * Buffers for batches like this one; the tensors are read for shape, dtype and device only.
   *
   * @param query [B, H, d], the CLS query of a layer
   * @param keys [B, H, S, d] of that layer, in the dtype of {@code query}
   * @param tokens [B, S, D] in any of fp32, fp16 and bf16
   */
  public static VisionZipBuffers like(
      VisionZipParameters parameters, Tensor query, Tensor keys, Tensor tokens) {
    Launch launch = VisionZipKernel.launch(query, keys, tokens);
    try {
      return new VisionZipBuffers(launch, parameters, query, keys, tokens);
    } catch (RuntimeException e) {
      throw launch.failed(e);
    }
  }

  private VisionZipBuffers(
      Launch launch, VisionZipParameters parameters, Tensor query, Tensor keys, Tensor tokens) {
    queryShape = query.shape();
    keysShape = keys.shape();
    tokensShape = tokens.shape();
    result = VisionZipKernel.allocate(launch, parameters, tokens);
    VisionZipIndices indices = result.indices();
    try (PointerScope temporary = new PointerScope()) {
      params = own(parameters.struct());
      workspace = own(VisionZipKernel.workspace(launch, params, keys));
      selection = own(indices.struct());
      out = own(view(result.tokens()));
    }
    indices.tensors().forEach(this::own);
    own(result.tokens());
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
    Launch launch =
        VisionZipKernel.launch(query, keys, tokens).require(result.indices().scores(), "buffers");
    try (PointerScope views = new PointerScope()) {
      VisionZipKernel.enqueue(launch, params, query, keys, tokens, selection, out, workspace);
      VisionZipSelect.finished(launch, result.indices());
      return result;
    }
  }

  @Override
  public void close() {
    owned.forEach(Pointer::releaseReference);
    owned.clear();
  }

  private <T extends Pointer> T own(T pointer) {
    owned.add(pointer);
    return TensorScope.own(pointer);
  }
}
