// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.kernel.VisionZipIndices;
import org.tokenzip.kernel.VisionZipMerge;

/** A decision of VisionZip, whatever its scores came from. */
public final class VisionZipSelection implements TokenSelection {
  private final VisionZipIndices indices;
  private final boolean rowNewline;

  /** Takes {@code indices} over, out of the scopes that are open. */
  public VisionZipSelection(VisionZipIndices indices) {
    this(indices, false);
  }

  VisionZipSelection(VisionZipIndices indices, boolean rowNewline) {
    this.indices = indices;
    this.rowNewline = rowNewline;
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
  public boolean rowNewline() {
    return rowNewline;
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
    int[] dominant = Indices.of(indices.dominant(), image);
    int[] target = Indices.of(indices.target(), image);
    int[] offset = Indices.of(indices.memberOffset(), image);
    int[] member = Indices.of(indices.member(), image);
    float[] scores = Indices.floats(indices.scores(), image);
    return new Provenance(
        outputTokens(),
        () -> tokens(dominant, target, offset, member, hasCls ? 1 : 0),
        scores,
        scores.length,
        hasCls);
  }

  /**
   * The tokens of a view.
   *
   * @param first position of patch 0
   */
  private static List<OutputToken> tokens(
      int[] dominant, int[] target, int[] offset, int[] member, int first) {
    List<OutputToken> tokens = new ArrayList<>(dominant.length + target.length);
    for (int position : dominant) {
      tokens.add(position < first ? OutputToken.cls(0) : OutputToken.kept(0, position - first));
    }
    for (int t = 0; t < target.length; t++) {
      int[] sources = Arrays.copyOfRange(member, offset[t], offset[t + 1]);
      for (int i = 0; i < sources.length; i++) {
        sources[i] -= first;
      }
      tokens.add(OutputToken.merged(0, target[t] - first, sources));
    }
    return tokens;
  }

  @Override
  public void requireFinite() {
    indices.requireFinite();
  }

  @Override
  public void close() {
    indices.close();
  }
}
