// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.vision;

import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.tensor.Shapes;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;
import org.tokenzip.weights.HighResolutionConfig;
import org.tokenzip.weights.LlavaConfig;
import org.tokenzip.weights.LlavaParameters;

/**
 * Mini-Gemini's second eye (arXiv 2403.18814): makes the views that the vision tower sees of a
 * picture in high resolution, and adds to the patches of each what a ConvNeXt sees in their place.
 * Safe for concurrent use; borrows its parameters from the model.
 *
 * <p>Pictures are looked at one by one, as the ConvNeXt's map of one is larger than all that the
 * vision tower holds of it: 425 MB in fp32 for the published tower and 768 pixels a side.
 */
public final class HighResolution {
  private final HighResolutionConfig config;
  private final int side;
  private final int gridSide;
  private final ConvNextTower tower;
  private final PatchMining mining;

  /** Loads the tower and the mining of {@code config}, whose part {@code own} is. */
  public HighResolution(HighResolutionConfig own, LlavaConfig config, Parameters parameters) {
    this.config = own;
    side = config.vision().imageSize();
    gridSide = config.vision().gridSide();
    tower = new ConvNextTower(own.tower(), parameters, LlavaParameters.AUX_TOWER);
    mining = new PatchMining(config.vision().hiddenSize(), own.tower().totalWidth(), parameters);
  }

  /** The ConvNeXt. */
  public ConvNextTower tower() {
    return tower;
  }

  /**
   * What the vision tower sees of a picture: bilinear reductions, without antialiasing and with
   * corners not aligned.
   *
   * @param pixels [1, 3, size, size], normalised, in high resolution
   * @param views 1 for the whole picture, or as many as a picture has: then crops follow, row by
   *     row
   * @return [views, 3, side, side]; the caller's
   */
  public Tensor views(Tensor pixels, int views) {
    Shapes.require(pixels, "pixels", 1, 3, config.imageSize(), config.imageSize());
    long wide = (long) config.grid() * side;
    return TensorScope.compute(
        () -> {
          Tensor reduced = ConvNextTower.scaled(pixels, wide, wide);
          Tensor whole = ConvNextTower.scaled(reduced, side, side);
          return withCrops(whole, reduced, views);
        });
  }

  /**
   * Adds what the ConvNeXt sees to the tokens of one picture.
   *
   * @param tokens [views, n, D] of {@link #views}
   * @param pixels as for {@link #views}
   * @param places of each view the patch in whose place each token stands; -1 for a token that has
   *     no place, as the class token, and stays as it is
   * @return a new tensor [views, n, D]; the caller's
   */
  public Tensor add(Tensor tokens, Tensor pixels, List<int[]> places) {
    return TensorScope.compute(
        () -> {
          Tensor map = tower.forward(pixels); // [1, C, m, m]
          long part = map.size(2) / config.grid();
          Tensor[] added = new Tensor[places.size()];
          for (int view = 0; view < added.length; view++) {
            Tensor own = tokens.select(0, view);
            int[] where = places.get(view);
            int number = view;
            added[view] =
                TensorScope.compute(
                    () ->
                        add(
                            own,
                            number == 0
                                ? ConvNextTower.scaled(map, part, part)
                                : crop(map, number - 1, part),
                            where));
          }
          try (TensorVector views = new TensorVector(added)) {
            return torch.stack(views, 0);
          }
        });
  }

  /** One view's tokens [n, D] with what they find in {@code map} [1, C, m, m] added. */
  private Tensor add(Tensor tokens, Tensor map, int... places) {
    long[] placed =
        IntStream.range(0, places.length).filter(i -> places[i] >= 0).asLongStream().toArray();
    Tensor rows = Tensors.vector(placed).to(tokens.device(), ScalarType.Long);
    int[] where = IntStream.of(places).filter(place -> place >= 0).toArray();
    Tensor found = mining.forward(tokens.index_select(0, rows), map, gridSide, where);
    return tokens.index_add(0, rows, found);
  }

  private Tensor withCrops(Tensor whole, Tensor reduced, int views) {
    Tensor[] all = new Tensor[views];
    all[0] = whole;
    for (int crop = 0; crop < views - 1; crop++) {
      all[crop + 1] = crop(reduced, crop, side);
    }
    return Tensors.concat(0, all);
  }

  private Tensor crop(Tensor map, int number, long part) {
    return map.narrow(2, number / config.grid() * part, part)
        .narrow(3, number % config.grid() * part, part);
  }
}
