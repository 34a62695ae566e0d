// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Keeps patches drawn at random, a baseline that methods have to beat. Without CLS.
 *
 * <p>The draw is the first k steps of a Fisher-Yates shuffle of 0 to N - 1: patch i is exchanged
 * with patch i + x mod (N - i), x being the next number of SplitMix64, unsigned, from the seed on.
 * The views of a picture draw one after another. Every picture begins anew, so it is treated the
 * same in any batch.
 *
 * @param keep patches of a view
 * @param seed of the draw
 */
public record RandomTokens(int keep, int seed) implements PlacePattern {
  /** Name in the registry. */
  public static final String NAME = "random";

  static final CompressionMethod METHOD =
      new CompressionMethod(
          NAME,
          "keeps patches drawn at random; a baseline",
          "",
          "after the vision tower, before the projector",
          "nothing",
          "nothing",
          List.of(new Setting("seed", "0", "of the draw")),
          (budget, settings) ->
              new RandomTokens(budget.keep(), settings.integer("seed", 0, 0, Integer.MAX_VALUE)));

  public RandomTokens {
    PlacePattern.requireKeep(keep);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<int[]> patches(PictureLayout layout) {
    SplitMix64 random = new SplitMix64(seed);
    List<int[]> views = new ArrayList<>();
    for (int view = 0; view < layout.views(); view++) {
      views.add(draw(random, layout.patches()));
    }
    return views;
  }

  private int[] draw(SplitMix64 random, int patches) {
    int[] deck = Indices.range(patches);
    for (int i = 0; i < keep; i++) {
      int other = i + (int) Long.remainderUnsigned(random.next(), patches - i);
      int drawn = deck[other];
      deck[other] = deck[i];
      deck[i] = drawn;
    }
    int[] kept = Arrays.copyOf(deck, keep);
    Arrays.sort(kept);
    return kept;
  }

  @Override
  public String toString() {
    return NAME + " " + keep;
  }

  /** The generator of Steele, Lea and Flood: Java's own differ too little from seed to seed. */
  private static final class SplitMix64 {
    private long state;

    SplitMix64(long seed) {
      state = seed;
    }

    long next() {
      state += 0x9E3779B97F4A7C15L;
      long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      return z ^ (z >>> 31);
    }
  }
}
