// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.Objects;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.tensor.Shapes;

/** Passes every patch on, as an uncompressed LLaVA does; a CLS token is dropped. */
public final class NoCompression implements TokenCompressor {
  /** Name in the registry. */
  public static final String NAME = "none";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public TokenSelection select(VisionFeatures features) {
    return new AllPatches(features.images(), features.hidden().size(1), features.hasCls());
  }

  @Override
  public String toString() {
    return NAME;
  }

  private record AllPatches(long batch, long positions, boolean hasCls) implements TokenSelection {
    private int firstPatch() {
      return hasCls ? 1 : 0;
    }

    @Override
    public int images() {
      return (int) batch;
    }

    @Override
    public int outputTokens() {
      return (int) positions - firstPatch();
    }

    @Override
    public Tensor apply(Tensor tokens) {
      Shapes.require(tokens, "tokens", batch, positions, Shapes.ANY);
      return tokens.narrow(1, firstPatch(), outputTokens());
    }

    @Override
    public Provenance provenance(int image) {
      Objects.checkIndex(image, images());
      int[] none = {};
      return new Provenance(
          IntStream.range(firstPatch(), (int) positions).toArray(),
          none,
          none,
          none,
          new float[0],
          hasCls);
    }

    @Override
    public void requireFinite() {
      // Nothing was decided from values.
    }

    @Override
    public void close() {
      // No tensors.
    }
  }
}
