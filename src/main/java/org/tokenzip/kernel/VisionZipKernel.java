// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.kernel.Launch.view;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.SizeTPointer;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.bind.TokenZipLibrary;
import org.tokenzip.bind.TokenZipLibrary.VisionZipParams;
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
   * does.
   *
   * @param query [B, H, d], the CLS query of a layer
   * @param keys [B, H, S, d] of that layer, in the dtype of {@code query}
   * @param tokens [B, S, D] in any of fp32, fp16 and bf16
   */
  public static Result apply(
      VisionZipParameters parameters, Tensor query, Tensor keys, Tensor tokens) {
    Shapes.require(keys, "keys", 4);
    long batch = keys.size(0);
    long positions = keys.size(2);
    Shapes.require(query, "query", batch, keys.size(1), keys.size(3));
    Shapes.require(tokens, "tokens", batch, positions, Shapes.ANY);
    Launch launch = Launch.on(keys, "keys").require(query, "query", keys).require(tokens, "tokens");
    VisionZipIndices indices = VisionZipIndices.allocate(launch, parameters, batch, positions);
    Tensor out = launch.like(tokens, batch, indices.outputTokens(), tokens.size(2));
    Result result = new Result(indices, out);
    // The workspace may be freed before the stream has passed the call: libtorch's allocator hands
    // the memory out again only to work behind it on the same stream.
    try (PointerScope views = new PointerScope()) {
      VisionZipParams params = parameters.struct();
      SizeTPointer bytes = new SizeTPointer(1);
      launch.check(
          TokenZipLibrary.tkz_visionzip_workspace(
              params, batch, keys.size(1), positions, keys.size(3), bytes));
      Tensor workspace = launch.workspace(bytes.get());
      launch.check(
          TokenZipLibrary.tkz_visionzip(
              launch.context(),
              launch.stream(),
              params,
              view(query),
              view(keys),
              view(tokens),
              indices.struct(),
              view(out),
              workspace.data_ptr(),
              bytes.get()));
      VisionZipSelect.finished(launch, indices);
      return result;
    } catch (RuntimeException e) {
      throw launch.failed(e);
    }
  }
}
