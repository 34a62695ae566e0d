// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
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
  public boolean mergedInPlace() {
    return false;
  }

  @Override
  public Tensor apply(Tensor tokens) {
    return VisionZipMerge.apply(indices, tokens);
  }

  @Override
  public Provenance provenance(int image) {
    Objects.checkIndex(image, images());
    requireFinite();
    boolean hasCls = indices.parameters().hasCls();
    int first = hasCls ? 1 : 0; // position of patch 0
    int[] target = ints(indices.target(), image);
    int[] merged = ints(indices.merged(), image);
    int[] assign = ints(indices.assign(), image);
    float[] scores = floats(indices.scores(), image);
    List<OutputToken> tokens = new ArrayList<>();
    for (int position : ints(indices.dominant(), image)) {
      tokens.add(position < first ? OutputToken.cls(0) : OutputToken.kept(0, position - first));
    }
    for (int t = 0; t < target.length; t++) {
      int own = t;
      int[] sources =
          IntStream.range(0, merged.length)
              .filter(m -> assign[m] == own)
              .map(m -> merged[m] - first)
              .toArray();
      tokens.add(OutputToken.merged(0, target[t] - first, sources));
    }
    return new Provenance(tokens, scores, scores.length, hasCls);
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
