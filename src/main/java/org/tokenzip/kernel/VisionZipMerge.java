// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.kernel.Launch.view;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.bind.TokenZipLibrary;
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
    Shapes.require(tokens, "tokens", 3);
    Shapes.require(tokens, "tokens", indices.batch(), indices.positions(), Shapes.ANY);
    Launch launch = Launch.on(tokens, "tokens");
    launch.require(indices.scores(), "selection");
    Tensor out = launch.like(tokens, indices.batch(), indices.outputTokens(), tokens.size(2));
    try (PointerScope views = new PointerScope()) {
      launch.check(
          TokenZipLibrary.tkz_visionzip_merge(
              launch.context(),
              launch.stream(),
              indices.parameters().struct(),
              null,
              view(tokens),
              indices.struct(),
              view(out)));
      return out;
    } catch (RuntimeException e) {
      throw launch.failed(e);
    }
  }
}
