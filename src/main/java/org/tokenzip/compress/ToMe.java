// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.tensor.TensorScope;

/**
 * ToMe (arXiv 2210.09461): in every layer of the vision tower the most similar pairs of tokens
 * become one, their mean by the number of patches in each. For a language model CLS is dropped in
 * the end and the tokens are put back into raster order.
 */
public final class ToMe implements TokenCompressor {
  /** Name in the registry. */
  public static final String NAME = "tome";

  static final CompressionMethod METHOD =
      new CompressionMethod(
          NAME,
          "merges the most similar pairs of tokens in every layer of the tower",
          "arXiv 2210.09461",
          "inside the vision tower, between attention and feed-forward part",
          "keys of the layers; works without CLS too",
          "cosines of half the tokens with the other half in each layer",
          List.of(
              new Setting("removals", "even, by --keep", "tokens for each layer, or for all"),
              new Setting("inflection", "0", "-1 to 1: a ramp around one number of removals"),
              new Setting("proportional", "true", "whether attention counts patches, not tokens")),
          (budget, settings) -> new ToMe(read(budget, settings)));

  private final ToMeOptions options;

  public ToMe(ToMeOptions options) {
    this.options = options;
  }

  private static ToMeOptions read(Budget budget, Settings settings) {
    TowerShape tower = budget.tower();
    boolean proportional = settings.flag("proportional", true);
    double inflection = settings.number("inflection", 0, -1, 1);
    if (!settings.has("removals")) {
      if (inflection != 0) {
        throw new IllegalArgumentException(
            "--set inflection: expected --set removals with it, the number to ramp around");
      }
      return new ToMeOptions(ToMeOptions.schedule(budget.keep(), tower), proportional);
    }
    RemovalSchedule none = RemovalSchedule.constant(0, 0, tower.layers());
    RemovalSchedule given = RemovalSchedule.read(settings, none, 0, tower);
    if (inflection == 0) {
      return new ToMeOptions(given, proportional);
    }
    if (given.removals().stream().distinct().count() > 1) {
      throw new IllegalArgumentException(
          "--set inflection: expected one number of removals to ramp around, got "
              + given.removals());
    }
    int removed = given.removals().get(0);
    return new ToMeOptions(ToMeOptions.ramp(removed, inflection, tower.layers()), proportional);
  }

  /**
   * What proportional attention adds to the logits of every key.
   *
   * @param sizes fp32 [B, S], how many patches each token stands for
   * @return fp32 [B, S], their natural logarithms; the caller's
   */
  public static Tensor keyBias(Tensor sizes) {
    return TensorScope.compute(sizes::log);
  }

  @Override
  public String name() {
    return NAME;
  }

  /** What it was made with. */
  public ToMeOptions options() {
    return options;
  }

  @Override
  public @Nullable TowerReduction insideTower(TowerShape tower) {
    options.schedule().requireFits(tower);
    return options.schedule().removesNothing() ? null : new ToMeReduction(options);
  }

  @Override
  public String toString() {
    return NAME + " " + options.schedule().removals();
  }
}
