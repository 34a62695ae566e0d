// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Shows the tower smaller pictures, a baseline that methods have to beat: every view is resized to
 * as many pixels as make a grid of no more patches than the budget, and the tower's positions are
 * interpolated to it. The tower gets cheaper as well, which with most methods it does not.
 *
 * @param side patches along a side of a view as the tower sees it
 * @param gridSide patches along a side of a view of the size that the tower was made for
 */
public record SmallPicture(int side, int gridSide) implements TokenCompressor {
  /** Name in the registry. */
  public static final String NAME = "small-picture";

  static final CompressionMethod METHOD =
      new CompressionMethod(
          NAME,
          "shows the tower a smaller picture, its positions interpolated; a baseline",
          "",
          "before the vision tower",
          "nothing",
          "less than nothing: the tower sees fewer patches",
          List.of(new Setting("side", "by --keep", "patches along a side of the smaller picture")),
          (budget, settings) -> {
            int gridSide = budget.tower().side();
            SmallPicture fitted = forBudget(budget.keep(), gridSide);
            return new SmallPicture(settings.integer("side", fitted.side, 1, gridSide), gridSide);
          });

  public SmallPicture {
    if (side < 1 || side > gridSide) {
      throw new IllegalArgumentException(
          "side: expected 1 to " + gridSide + " patches, got " + side);
    }
  }

  /** The largest square for a budget: 64 are 8 by 8, 128 are 11 by 11, 192 are 13 by 13. */
  public static SmallPicture forBudget(int keep, int gridSide) {
    if (keep < 1) {
      throw new IllegalArgumentException("keep: expected 1 or more tokens, got " + keep);
    }
    return new SmallPicture(Math.min(gridSide, (int) Math.sqrt(keep)), gridSide);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int inputSide(TowerShape tower) {
    return Math.min(side, tower.side());
  }

  @Override
  public List<VisualSequence> betweenTowerAndDecoder(VisualBatch batch) {
    if (side == gridSide) {
      return TokenCompressor.everyPatch(batch);
    }
    Tensor projected = batch.projector().apply(batch.patches()); // [ΣV, side², E]
    List<VisualSequence> sequences = new ArrayList<>();
    for (VisualBatch.Picture picture : batch.pictures()) {
      sequences.add(
          new PooledGrid(side, side)
              .arrange(
                  VisualBatch.of(picture, projected),
                  picture.layout(),
                  gridSide * gridSide,
                  batch.features().hasCls(),
                  this::under));
    }
    return sequences;
  }

  /** The patches of the large picture that a patch of the small one shows some of. */
  private int[] under(int cell) {
    int[] columns = span(cell % side);
    return IntStream.of(span(cell / side))
        .flatMap(row -> IntStream.of(columns).map(column -> row * gridSide + column))
        .toArray();
  }

  private int[] span(int index) {
    int end = ((index + 1) * gridSide + side - 1) / side; // rounded up
    return IntStream.range(index * gridSide / side, end).toArray();
  }

  @Override
  public String toString() {
    return NAME + " " + side + "x" + side;
  }
}
