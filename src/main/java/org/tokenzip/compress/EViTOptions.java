// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Hyper-parameters of {@link EViT} (METHODS 6.2).
 *
 * @param layers in which tokens are dropped, ascending
 * @param rate share of the patches that each of them keeps, rounded up; above 0, at most 1
 * @param counts what each of them keeps in place of a share; empty to go by the rate
 * @param fuse whether one more token takes in what a layer drops
 */
public record EViTOptions(List<Integer> layers, double rate, List<Integer> counts, boolean fuse) {
  /** As published. */
  public static final double RATE = 0.7;

  public EViTOptions {
    layers = List.copyOf(layers);
    counts = List.copyOf(counts);
    if (!(rate > 0 && rate <= 1)) {
      throw new IllegalArgumentException("rate: expected above 0 and at most 1, got " + rate);
    }
    if (!counts.isEmpty() && counts.size() != layers.size()) {
      throw new IllegalArgumentException(
          "counts: expected one for each of " + layers.size() + " layers, got " + counts);
    }
    if (counts.stream().anyMatch(count -> count < 1)) {
      throw new IllegalArgumentException("counts: expected 1 or more patches, got " + counts);
    }
    List<Integer> given = layers;
    if (layers.isEmpty()
        || layers.get(0) < 0
        || IntStream.range(1, layers.size()).anyMatch(i -> given.get(i - 1) >= given.get(i))) {
      throw new IllegalArgumentException(
          "layers: expected one or more ascending layers, got " + layers);
    }
  }

  /** As published, for a tower of 24 layers. */
  public static EViTOptions defaults() {
    return new EViTOptions(List.of(6, 12, 18), RATE, List.of(), true);
  }

  /**
   * A quarter, a half and three quarters up the tower; the layer behind the last that runs counts.
   */
  public static List<Integer> layers(TowerShape tower) {
    int depth = tower.layers() + 1;
    return IntStream.of(depth / 4, depth / 2, 3 * depth / 4)
        .distinct()
        .filter(layer -> layer < tower.layers())
        .boxed()
        .toList();
  }

  /**
   * What each of {@code stages} layers keeps so that {@code keep} tokens are left in the end: the
   * same share of what it sees, one less where a fused token joins them.
   *
   * @throws IllegalArgumentException if the budget leaves room for the fused token alone
   */
  public static List<Integer> counts(int keep, int patches, int stages, boolean fuse) {
    if (fuse && keep < 2 && keep < patches) {
      throw new IllegalArgumentException(
          "keep: expected 2 or more tokens, one of which is the fused one, got " + keep);
    }
    double share = Math.min(1, (double) keep / patches);
    int[] left =
        IntStream.rangeClosed(0, stages)
            .map(i -> (int) Math.floor(patches * Math.pow(share, (double) i / stages) + 0.5))
            .toArray();
    return IntStream.rangeClosed(1, stages)
        .map(i -> fuse && left[i] < left[i - 1] ? left[i] - 1 : left[i])
        .boxed()
        .toList();
  }

  /** How many of {@code patches} patches layer {@code index} keeps. */
  int kept(int index, int patches) {
    int stage = layers.indexOf(index);
    if (stage < 0) {
      return patches;
    }
    int wanted = counts.isEmpty() ? (int) Math.ceil(rate * patches - 1e-9) : counts.get(stage);
    return Math.min(wanted, patches);
  }

  /** Whether every layer keeps all of {@code patches} patches. */
  boolean keepsAll(int patches) {
    return layers.stream().allMatch(layer -> kept(layer, patches) == patches);
  }
}
