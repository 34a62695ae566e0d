// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.tensor.Tensors;

/**
 * The sequence that the compressed views of a picture form (METHODS 3.3, 3.4): a single view's
 * tokens with the model's newline behind them where it has one, crops in the order of {@link
 * MultiCropOrder}, the frames of a clip one after another.
 */
public final class CompressedLayout {
  private CompressedLayout() {}

  /**
   * Applies a selection to the tower's tokens, projects what is left and arranges it.
   *
   * @return one sequence for each picture of {@code batch}; the tensors are the caller's
   */
  public static List<VisualSequence> arrange(TokenSelection selection, VisualBatch batch) {
    Tensor tokens = selection.apply(batch.tokens()); // [ΣV, n, D]
    selection.requireFinite();
    Tensor projected = batch.projector().apply(tokens);
    List<VisualSequence> sequences = new ArrayList<>();
    for (VisualBatch.Picture picture : batch.pictures()) {
      List<Provenance> views =
          IntStream.range(picture.firstView(), picture.firstView() + picture.layout().views())
              .mapToObj(selection::provenance)
              .toList();
      sequences.add(
          arrange(
              VisualBatch.of(picture, projected),
              views,
              picture.layout(),
              selection.mergedInPlace(),
              selection.rowNewline()));
    }
    return sequences;
  }

  /**
   * Arranges the projected tokens of one picture.
   *
   * @param tokens [V, n, E]
   * @param views where the tokens of each view come from
   * @param mergedInPlace see {@link TokenSelection#mergedInPlace}
   */
  public static VisualSequence arrange(
      Tensor tokens, List<Provenance> views, PictureLayout layout, boolean mergedInPlace) {
    return arrange(tokens, views, layout, mergedInPlace, false);
  }

  private static VisualSequence arrange(
      Tensor tokens,
      List<Provenance> views,
      PictureLayout layout,
      boolean mergedInPlace,
      boolean rowNewline) {
    Tensor rows = tokens.flatten(0, 1); // [V · n, E]
    Provenance provenance = Provenance.concat(views);
    if (layout.gridWidth() > 0) {
      Tensor newline = rowNewline ? layout.newline() : null;
      int[] order =
          new MultiCropOrder(layout.gridWidth(), layout.side(), mergedInPlace, newline != null)
              .indices(provenance);
      return stitched(rows, provenance, order, newline);
    }
    return layout.isClip()
        ? new VisualSequence(rows, provenance)
        : withNewline(rows, provenance, layout.newline());
  }

  private static VisualSequence stitched(
      Tensor rows, Provenance provenance, int[] order, @Nullable Tensor newline) {
    long behind = rows.size(0); // where the newline is
    long[] places = Arrays.stream(order).mapToLong(i -> i < 0 ? behind : i).toArray();
    Tensor all = newline == null ? rows : Tensors.concat(0, rows, newline.unsqueeze(0));
    try (Tensor index = Tensors.vector(places);
        Tensor there = index.to(rows.device(), index.scalar_type())) {
      return new VisualSequence(all.index_select(0, there), provenance.reordered(order));
    }
  }

  /** Ends a sequence with the model's newline, if it has one. */
  public static VisualSequence withNewline(
      Tensor rows, Provenance provenance, @Nullable Tensor newline) {
    if (newline == null) {
      return new VisualSequence(rows, provenance);
    }
    return new VisualSequence(
        Tensors.concat(0, rows, newline.unsqueeze(0)),
        provenance.withTokens(
            provenance.outputTokens() + 1,
            tokens -> Stream.concat(tokens.stream(), Stream.of(OutputToken.newline())).toList()));
  }
}
