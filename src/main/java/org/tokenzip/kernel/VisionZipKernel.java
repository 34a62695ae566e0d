// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.kernel.Launch.view;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.SizeTPointer;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.bind.TokenZipLibrary;
import org.tokenzip.bind.TokenZipLibrary.TkzTensor;
import org.tokenzip.bind.TokenZipLibrary.VisionZipParams;
import org.tokenzip.bind.TokenZipLibrary.VisionZipSelection;
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
    Launch launch = launch(query, keys, tokens);
    Result result = allocate(launch, parameters, tokens);
    // The workspace may be freed before the stream has passed the call: libtorch's allocator hands
    // the memory out again only to work behind it on the same stream.
    try (PointerScope views = new PointerScope()) {
      VisionZipParams params = parameters.struct();
      Tensor workspace = workspace(launch, params, keys);
      VisionZipSelection selection = result.indices.struct();
      enqueue(launch, params, query, keys, tokens, selection, view(result.tokens), workspace);
      VisionZipSelect.finished(launch, result.indices);
      return result;
    } catch (RuntimeException e) {
      throw launch.failed(e);
    }
  }

  static Launch launch(Tensor query, Tensor keys, Tensor tokens) {
    Shapes.require(keys, "keys", 4);
    Shapes.require(query, "query", keys.size(0), keys.size(1), keys.size(3));
    Shapes.require(tokens, "tokens", keys.size(0), keys.size(2), Shapes.ANY);
    return Launch.on(keys, "keys").require(query, "query", keys).require(tokens, "tokens");
  }

  static Result allocate(Launch launch, VisionZipParameters parameters, Tensor tokens) {
    long batch = tokens.size(0);
    VisionZipIndices indices = VisionZipIndices.allocate(launch, parameters, batch, tokens.size(1));
    return new Result(indices, launch.like(tokens, batch, indices.outputTokens(), tokens.size(2)));
  }

  static Tensor workspace(Launch launch, VisionZipParams params, Tensor keys) {
    SizeTPointer bytes = new SizeTPointer(1);
    launch.check(
        TokenZipLibrary.tkz_visionzip_workspace(
            params, keys.size(0), keys.size(1), keys.size(2), keys.size(3), bytes));
    return launch.workspace(bytes.get());
  }

  /** The native call; makes views, so a scope has to be open. */
  static void enqueue(
      Launch launch,
      VisionZipParams params,
      Tensor query,
      Tensor keys,
      Tensor tokens,
      VisionZipSelection selection,
      TkzTensor out,
      Tensor workspace) {
    launch.check(
        TokenZipLibrary.tkz_visionzip(
            launch.context(),
            launch.stream(),
            params,
            view(query),
            view(keys),
            view(tokens),
            selection,
            out,
            workspace.data_ptr(),
            workspace.size(0)));
  }
}
