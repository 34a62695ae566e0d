// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.List;

/**
 * How many visual tokens each of the layers of a language model that act removes; how many there
 * are is known only when a prompt is read.
 *
 * @param listed removals of the first layers that act, none of the later ones; empty for the same
 *     number in each
 * @param each that number, until what is to be left is left; 0 for the smallest that gets there
 * @param left share of the visual tokens that is to be left
 */
public record DecoderRemovals(List<Integer> listed, int each, double left) {
  public DecoderRemovals {
    listed = List.copyOf(listed);
    if (each < 0 || listed.stream().anyMatch(r -> r < 0)) {
      throw new IllegalArgumentException(
          "removals: expected 0 or more tokens, got " + (each < 0 ? each : listed));
    }
    if (!(left >= 0 && left <= 1)) {
      throw new IllegalArgumentException("left: expected a share from 0 to 1, got " + left);
    }
  }

  /** One number for each of the first layers that act. */
  public static DecoderRemovals of(List<Integer> listed) {
    return new DecoderRemovals(listed, 0, 1);
  }

  /** The same number in each layer, as small as can be, until the share {@code left} is left. */
  public static DecoderRemovals leaving(double left) {
    return new DecoderRemovals(List.of(), 0, left);
  }

  /**
   * The removals of {@code layers} layers that act.
   *
   * @param count visual tokens there are
   */
  int[] plan(int count, int layers) {
    int[] removals = new int[layers];
    int least = Math.max(1, (int) Math.floor(count * left + 0.5));
    int smallest = (Math.max(0, count - least) + layers - 1) / layers;
    int constant = each > 0 ? each : smallest;
    int remaining = count;
    for (int i = 0; i < layers; i++) {
      int wanted = i < listed.size() ? listed.get(i) : 0;
      int most = listed.isEmpty() ? remaining - least : remaining - 1;
      removals[i] = Math.max(0, Math.min(listed.isEmpty() ? constant : wanted, most));
      remaining -= removals[i];
    }
    return removals;
  }
}
