// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How many tokens each layer of a vision tower removes.
 *
 * @param firstLayer the first that does
 * @param removals of it and the layers behind it; those further on remove nothing
 */
public record RemovalSchedule(int firstLayer, List<Integer> removals) {
  public RemovalSchedule {
    removals = List.copyOf(removals);
    if (firstLayer < 0 || removals.stream().anyMatch(r -> r < 0)) {
      throw new IllegalArgumentException(
          "schedule: expected a layer and removals of 0 or more, got "
              + firstLayer
              + " and "
              + removals);
    }
  }

  /** The same number in each of {@code layers} layers. */
  public static RemovalSchedule constant(int firstLayer, int removed, int layers) {
    return new RemovalSchedule(firstLayer, Collections.nCopies(layers, removed));
  }

  /**
   * Spreads the removal of all but {@code left} of {@code tokens} over {@code layers} layers, the
   * earlier ones removing one more where it does not come out even; {@code even(N, N_out, layers)}
   * of METHODS 4.2.
   */
  public static RemovalSchedule even(int firstLayer, int tokens, int left, int layers) {
    int removed = Math.max(0, tokens - left);
    List<Integer> removals = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      removals.add(removed / layers + (i < removed % layers ? 1 : 0));
    }
    return new RemovalSchedule(firstLayer, removals);
  }

  /**
   * As {@link #even}, for a method that removes at most half of what a layer sees: where the even
   * share would be more than that, earlier layers remove the difference.
   *
   * @throws IllegalArgumentException if that many layers cannot get down to {@code left}
   */
  public static RemovalSchedule evenByHalves(int firstLayer, int tokens, int left, int layers) {
    long least = (tokens + (1L << layers) - 1) >> layers;
    if (left < least) {
      throw new IllegalArgumentException(
          "keep: expected "
              + least
              + " or more tokens, which halving in "
              + layers
              + " layers leaves of "
              + tokens
              + ", got "
              + left);
    }
    List<Integer> removals = new ArrayList<>();
    int before = tokens;
    int evenly = tokens;
    List<Integer> shares = even(firstLayer, tokens, left, layers).removals;
    for (int i = 0; i < layers; i++) {
      evenly -= shares.get(i);
      int after = (int) Math.min(evenly, (long) left << (layers - 1 - i)); // still in reach
      removals.add(before - after);
      before = after;
    }
    return new RemovalSchedule(firstLayer, removals);
  }

  /** Removals of layer {@code index}. */
  public int at(int index) {
    int i = index - firstLayer;
    return i < 0 || i >= removals.size() ? 0 : removals.get(i);
  }

  /** Whether no layer removes anything. */
  public boolean removesNothing() {
    return removals.stream().allMatch(r -> r == 0);
  }

  /**
   * Checks that a tower has the layers.
   *
   * @throws IllegalArgumentException if not
   */
  void requireFits(TowerShape tower) {
    if (firstLayer + removals.size() > tower.layers()) {
      throw new IllegalArgumentException(
          "removals: expected layers below "
              + tower.layers()
              + ", which run in this tower, got "
              + firstLayer
              + " to "
              + (firstLayer + removals.size() - 1));
    }
  }

  /** What {@code removals} is set to: a number for each layer, or one number for all of them. */
  static RemovalSchedule read(
      Settings settings, RemovalSchedule published, int firstLayer, TowerShape tower) {
    if (!settings.has("removals")) {
      return published;
    }
    int layers = tower.layers() - firstLayer;
    List<Integer> given = settings.integers("removals", published.removals, 0, tower.patches());
    RemovalSchedule schedule =
        given.size() == 1
            ? constant(firstLayer, given.get(0), layers)
            : new RemovalSchedule(firstLayer, given);
    schedule.requireFits(tower);
    return schedule;
  }
}
