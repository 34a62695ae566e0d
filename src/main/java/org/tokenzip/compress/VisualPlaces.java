// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Where the visual tokens of a prompt are in the sequence of a language model. */
final class VisualPlaces {
  private VisualPlaces() {}

  /** What {@code places} leaves of 0 to count - 1, ascending. */
  static int[] others(int count, int... places) {
    boolean[] taken = new boolean[count];
    Arrays.stream(places).forEach(place -> taken[place] = true);
    return IntStream.range(0, count).filter(place -> !taken[place]).toArray();
  }

  /** The positions of the visual tokens at {@code places}. */
  static int[] positions(DecoderLayer layer, int... places) {
    return Arrays.stream(places).map(place -> layer.visualStart() + place).toArray();
  }

  /** The positions of all text and of the visual tokens at {@code kept}. */
  static int[] sequence(DecoderLayer layer, int... kept) {
    return IntStream.concat(
            IntStream.concat(
                IntStream.range(0, layer.visualStart()), Arrays.stream(positions(layer, kept))),
            text(layer))
        .toArray();
  }

  /** The positions behind the visual tokens. */
  static IntStream text(DecoderLayer layer) {
    return IntStream.range(layer.visualStart() + layer.visualCount(), layer.positions());
  }
}
