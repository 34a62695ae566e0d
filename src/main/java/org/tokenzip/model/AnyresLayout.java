// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.OutputToken;
import org.tokenzip.compress.PictureLayout;
import org.tokenzip.compress.Provenance;
import org.tokenzip.compress.VisualSequence;
import org.tokenzip.kernel.Gather;
import org.tokenzip.kernel.Layout;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;

/**
 * LLaVA-NeXT's order of a picture and its crops (METHODS 3.3): the whole picture's patches, then
 * the map that the crops form, without the cells that lie in the black border, each row with a
 * newline at its end. LLaVA-OneVision scales a map of too many cells down first.
 *
 * @param side patches along a side of a view
 * @param gridWidth crops side by side
 * @param gridHeight crops one above the other
 * @param pictureWidth of the picture the views were made of, in pixels
 * @param pictureHeight of that picture
 * @param maxTiles crops whose cells the map may hold, give or take a fifth; null for any number
 * @param newline [E], borrowed
 */
public record AnyresLayout(
    int side,
    int gridWidth,
    int gridHeight,
    int pictureWidth,
    int pictureHeight,
    @Nullable Integer maxTiles,
    Tensor newline)
    implements PictureLayout {
  /** A map is scaled down if a side of it would shrink by more than this. */
  private static final double TOLERANCE = 1.1;

  @Override
  public int views() {
    return 1 + gridWidth * gridHeight;
  }

  @Override
  public int uncompressedTokens() {
    MapCrop crop = crop(side);
    BilinearScaling scaling = scaling(crop, side);
    return side * side + scaling.newHeight() * (scaling.newWidth() + 1);
  }

  @Override
  public VisualSequence sequence(Tensor cells, int side, Provenance provenance) {
    MapCrop crop = crop(side);
    BilinearScaling scaling = scaling(crop, side);
    int[] cellOf = crop.cells(gridWidth, side);
    Tensor sequence =
        TensorScope.compute(
            () -> {
              Tensor all = cells.reshape(1, -1, cells.size(2)); // [1, V · side², E]
              Tensor stitched = Gather.apply(all, ints(cells, cellOf, 1, cellOf.length));
              List<Tensor> pieces = List.of(all, scaling.apply(stitched), newline.view(1, 1, -1));
              return Layout.apply(pieces, plan(cells, side * side, scaling)).squeeze(0);
            });
    Provenance laidOut =
        provenance.withTokens(
            side * side + scaling.newHeight() * (scaling.newWidth() + 1),
            tokens -> laidOut(tokens, side * side, cellOf, scaling));
    return new VisualSequence(sequence, laidOut);
  }

  /** The tokens of the base view, then the map's rows and the newline in turn. */
  private static List<OutputToken> laidOut(
      List<OutputToken> given, int base, int[] cellOf, BilinearScaling scaling) {
    List<OutputToken> map = new ArrayList<>();
    for (int cell : cellOf) {
      map.add(given.get(cell));
    }
    List<OutputToken> tokens = new ArrayList<>(given.subList(0, base));
    List<OutputToken> scaled = scaling.tokens(map);
    for (int y = 0; y < scaling.newHeight(); y++) {
      tokens.addAll(scaled.subList(y * scaling.newWidth(), (y + 1) * scaling.newWidth()));
      tokens.add(OutputToken.newline());
    }
    return tokens;
  }

  private MapCrop crop(int side) {
    return MapCrop.of(gridWidth * side, gridHeight * side, pictureWidth, pictureHeight);
  }

  private BilinearScaling scaling(MapCrop crop, int side) {
    int height = crop.height();
    int width = crop.width();
    if (maxTiles != null) {
      double ratio = Math.sqrt((double) height * width / ((double) maxTiles * side * side));
      if (ratio > TOLERANCE) {
        return new BilinearScaling(
            height, width, (int) Math.floor(height / ratio), (int) Math.floor(width / ratio));
      }
    }
    return new BilinearScaling(height, width, height, width);
  }

  /** Piece and row of every token: the base view, then the map's rows and the newline in turn. */
  private static Tensor plan(Tensor like, int base, BilinearScaling scaling) {
    int rows = scaling.newHeight();
    int columns = scaling.newWidth();
    int[] plan = new int[2 * (base + rows * (columns + 1))];
    int at = 0;
    for (int i = 0; i < base; i++) {
      plan[at++] = 0;
      plan[at++] = i;
    }
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        plan[at++] = 1;
        plan[at++] = y * columns + x;
      }
      plan[at++] = 2;
      plan[at++] = 0;
    }
    return ints(like, plan, 1, plan.length / 2, 2);
  }

  private static Tensor ints(Tensor like, int[] values, long... shape) {
    long[] wide = new long[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return Tensors.of(wide, shape).to(like.device(), ScalarType.Int);
  }
}
