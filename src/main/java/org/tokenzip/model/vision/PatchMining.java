// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.vision;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.tokenzip.model.nn.FusedAttention;
import org.tokenzip.model.nn.LayerNorm;
import org.tokenzip.model.nn.Linear;
import org.tokenzip.model.nn.Parameters;
import org.tokenzip.tensor.Shapes;
import org.tokenzip.tensor.TensorScope;
import org.tokenzip.tensor.Tensors;

/**
 * Patch info mining (Mini-Gemini, arXiv 2403.18814, section 3.2): every patch looks with one query
 * at the cells of a finer map that cover the same part of the picture, and adds what it finds to
 * itself. One head as wide as a token, scale 1/sqrt(D). Safe for concurrent use; borrows its
 * parameters from the model.
 */
public final class PatchMining {
  private static final double EPS = 1e-5;

  private final long width;
  private final Projection query;
  private final Projection key;
  private final Projection value;

  /**
   * Loads the three projections.
   *
   * @param width D of a token
   * @param mapWidth C of a cell of the finer map
   */
  public PatchMining(long width, long mapWidth, Parameters parameters) {
    this.width = width;
    query = Projection.load(parameters, "query", width, width);
    key = Projection.load(parameters, "aux", mapWidth, width);
    value = Projection.load(parameters, "val", mapWidth, width);
  }

  /**
   * What tokens find.
   *
   * @param tokens [k, D]
   * @param map [1, C, m, m] of the part of the picture that the vision tower sees as {@code side}
   *     by {@code side} patches, m a multiple of that
   * @param places the patch in whose place each token stands
   * @return [k, D], to be added to the tokens; the caller's
   */
  public Tensor forward(Tensor tokens, Tensor map, int side, int... places) {
    Shapes.require(tokens, "tokens", places.length, width);
    if (map.size(2) != map.size(3) || map.size(2) % side != 0) {
      throw new IllegalArgumentException(
          String.format(
              "map: expected a square of a multiple of %d cells a side, got %d×%d",
              side, map.size(2), map.size(3)));
    }
    return TensorScope.compute(
        () -> {
          Tensor cells = at(places, windows(map, side)).unsqueeze(1); // [k, 1, (m/n)², C]
          Tensor looking = query.forward(tokens).unsqueeze(1).unsqueeze(1); // [k, 1, 1, D]
          Tensor keys = key.forward(cells);
          return FusedAttention.full(looking, keys, value.forward(cells)).flatten(0, 2);
        });
  }

  /** The cells [n·n, (m/n)², C] that each of n by n patches covers, row by row. */
  private static Tensor windows(Tensor map, long side) {
    return map.squeeze(0)
        .unflatten(2, side, -1) // [C, m, n, m/n]
        .unflatten(1, side, -1) // [C, n, m/n, n, m/n]
        .permute(1, 3, 2, 4, 0)
        .flatten(2, 3)
        .flatten(0, 1);
  }

  private static Tensor at(int[] places, Tensor windows) {
    long[] index = Arrays.stream(places).asLongStream().toArray();
    long[] all = LongStream.range(0, windows.size(0)).toArray();
    return Arrays.equals(index, all)
        ? windows
        : windows.index_select(0, Tensors.vector(index).to(windows.device(), ScalarType.Long));
  }

  /** A norm and a linear map. */
  private record Projection(LayerNorm norm, Linear linear) {
    static Projection load(Parameters parameters, String role, long in, long out) {
      String name = "vlm_uni_" + role + "_projector.";
      return new Projection(
          LayerNorm.load(parameters, name + "0", in, EPS),
          Linear.load(parameters, name + "1", in, out, true));
    }

    Tensor forward(Tensor x) {
      return linear.forward(norm.forward(x));
    }
  }
}
