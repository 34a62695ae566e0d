// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.kernel.Gather;
import org.tokenzip.kernel.TopK;
import org.tokenzip.runtime.NonFiniteInputException;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;

/** A selection that copies rows of what the tower puts out, as they are. */
public final class RowSelection implements TokenSelection {
  private static final float[] NOT_SCORED = {};

  private final OwnedTensors owned;
  private final int images;
  private final int first;
  private final int outputTokens;
  private final @Nullable Tensor rows; // int32 [B, n]; null for all behind CLS
  private final List<Tensor> nonFinite; // int32 [B]
  private final IntFunction<Provenance> provenance;

  /**
   * What a method left inside the tower.
   *
   * @param owned every tensor that the others refer to; taken over
   * @param first position of the first patch
   * @param rows int32 [B, n], which rows of the tower's sequence, in which order; null for all
   *     behind CLS
   * @param nonFinite int32 [B] each: flags of the operators that decided
   * @param provenance of the view of an index
   */
  RowSelection(
      OwnedTensors owned,
      int images,
      int first,
      int outputTokens,
      @Nullable Tensor rows,
      List<Tensor> nonFinite,
      IntFunction<Provenance> provenance) {
    this.owned = owned;
    this.images = images;
    this.first = first;
    this.outputTokens = outputTokens;
    this.rows = rows;
    this.nonFinite = nonFinite;
    this.provenance = provenance;
  }

  /**
   * Keeps the patches of highest score as they are, in raster order.
   *
   * @param features what they are patches of
   * @param scores fp32 [B, N], contiguous, one for each patch; equal ones go to the lower patch
   * @param keep how many, from 0 to N
   */
  public static RowSelection highest(VisionFeatures features, Tensor scores, int keep) {
    try (TensorScope scope = new TensorScope()) {
      TopK.Result top = TopK.apply(scores, keep, false);
      OwnedTensors owned = new OwnedTensors();
      Tensor ranked = owned.own(scores.clone());
      Tensor flags = owned.own(top.nonFinite());
      return ofPatches(
          features, owned, top.indices(), List.of(flags), image -> Indices.floats(ranked, image));
    }
  }

  /**
   * What a method has left of the patches inside the tower, in the order in which they come out.
   *
   * @param patches int32 or int64 [B, n], the patches of the view that those n were
   * @param patchesOfView patches of a view in the beginning
   * @param hasCls whether CLS stands in front of them
   */
  public static RowSelection left(Tensor patches, int patchesOfView, boolean hasCls) {
    OwnedTensors owned = new OwnedTensors();
    Tensor numbers = owned.own(patches.clone());
    return new RowSelection(
        owned,
        (int) patches.size(0),
        hasCls ? 1 : 0,
        (int) patches.size(1),
        null,
        List.of(),
        image -> kept(Indices.of(numbers, image), 0, NOT_SCORED, patchesOfView, hasCls));
  }

  /** Keeps chosen patches as they are: {@code patches} int32 [B, k], counted without CLS. */
  static RowSelection ofPatches(VisionFeatures features, Tensor patches) {
    return ofPatches(features, new OwnedTensors(), patches, List.of(), image -> NOT_SCORED);
  }

  private static RowSelection ofPatches(
      VisionFeatures features,
      OwnedTensors owned,
      Tensor patches,
      List<Tensor> nonFinite,
      IntFunction<float[]> scores) {
    int first = features.hasCls() ? 1 : 0;
    Tensor rows = owned.own(Indices.plus(patches, first));
    int count = (int) features.patches();
    boolean hasCls = features.hasCls();
    return new RowSelection(
        owned,
        (int) patches.size(0),
        first,
        (int) patches.size(1),
        rows,
        nonFinite,
        image -> kept(Indices.of(rows, image), first, scores.apply(image), count, hasCls));
  }

  /** Patches at {@code rows} of a sequence in which the first patch has row {@code first}. */
  private static Provenance kept(
      int[] rows, int first, float[] scores, int patchesOfView, boolean hasCls) {
    return new Provenance(
        rows.length,
        () -> Arrays.stream(rows).mapToObj(row -> OutputToken.kept(0, row - first)).toList(),
        scores,
        patchesOfView,
        hasCls);
  }

  @Override
  public int images() {
    return images;
  }

  @Override
  public int outputTokens() {
    return outputTokens;
  }

  @Override
  public Tensor apply(Tensor tokens) {
    return rows == null ? tokens.narrow(1, first, outputTokens) : Gather.apply(tokens, rows);
  }

  @Override
  public Provenance provenance(int image) {
    Objects.checkIndex(image, images);
    requireFinite();
    return provenance.apply(image);
  }

  @Override
  public void requireFinite() {
    for (Tensor flags : nonFinite) {
      int[] flagged = Tensors.toIntArray(flags);
      for (int image = 0; image < flagged.length; image++) {
        if (flagged[image] != 0) {
          throw new NonFiniteInputException(
              "Expected finite values where they decide which tokens are kept, got a NaN or an"
                  + " infinity in view "
                  + image
                  + " of "
                  + flagged.length
                  + ".");
        }
      }
    }
  }

  @Override
  public void close() {
    owned.close();
  }
}
