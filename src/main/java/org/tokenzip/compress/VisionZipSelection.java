// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.Arrays;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.kernel.VisionZipIndices;
import org.tokenzip.kernel.VisionZipMerge;
import org.tokenzip.tensor.Tensors;

/** A decision of VisionZip, whatever its scores came from. */
public final class VisionZipSelection implements TokenSelection {
  private final VisionZipIndices indices;

  /** Takes {@code indices} over, out of the scopes that are open. */
  public VisionZipSelection(VisionZipIndices indices) {
    this.indices = indices;
    indices.tensors().forEach(Tensor::retainReference);
  }

  @Override
  public int images() {
    return (int) indices.batch();
  }

  @Override
  public int outputTokens() {
    return (int) indices.outputTokens();
  }

  @Override
  public Tensor apply(Tensor tokens) {
    return VisionZipMerge.apply(indices, tokens);
  }

  @Override
  public Provenance provenance(int image) {
    Objects.checkIndex(image, images());
    requireFinite();
    return new Provenance(
        ints(indices.dominant(), image),
        ints(indices.target(), image),
        ints(indices.merged(), image),
        ints(indices.assign(), image),
        floats(indices.scores(), image),
        indices.parameters().hasCls());
  }

  @Override
  public void requireFinite() {
    indices.requireFinite();
  }

  @Override
  public void close() {
    indices.close();
  }

  private static int[] ints(Tensor table, int row) {
    try (Tensor values = table.select(0, row)) {
      return Arrays.stream(Tensors.toLongArray(values)).mapToInt(Math::toIntExact).toArray();
    }
  }

  private static float[] floats(Tensor table, int row) {
    try (Tensor values = table.select(0, row)) {
      return Tensors.toFloatArray(values);
    }
  }
}
