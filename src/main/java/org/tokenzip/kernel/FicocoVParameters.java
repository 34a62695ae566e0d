// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;
import org.tokenzip.bind.FicocoFunctions.FicocoVParams;

/**
 * What {@link FicocoVLayer} has to know: {@code tkz_ficoco_v_params}.
 *
 * @param released whether logits count, as in the published code, instead of softmax attention
 * @param hasCls whether position 0 is a CLS token, which stays in front
 * @param scale factor on query · key, 1/√d as a rule
 * @param lambda share of what other patches say in the redundancy, 0 to 1
 * @param epsilon quantile of a removed patch's correlations that its receivers reach, 0 to 1
 * @param removals r, patches that go, at least 0 and fewer than there are; of a ragged batch any
 *     number, of which a picture gives what leaves it a patch
 * @param listed K, receivers that are listed for each of them, at least 0
 * @param grid cells of a picture, and the penalty of their windows
 */
public record FicocoVParameters(
    boolean released,
    boolean hasCls,
    float scale,
    double lambda,
    double epsilon,
    long removals,
    long listed,
    LocalPenalty.Grid grid) {

  public FicocoVParameters {
    if (removals < 0) {
      throw new IllegalArgumentException("removals: expected 0 or more, got " + removals);
    }
    if (listed < 0) {
      throw new IllegalArgumentException("listed: expected 0 or more, got " + listed);
    }
  }

  /** Patches among {@code positions} tokens. */
  long patches(long positions) {
    return Math.max(0, positions - (hasCls ? 1 : 0));
  }

  /** Patches that go of those: what a ragged batch has room for, r without one. */
  long removed(@Nullable Ragged ragged, long positions) {
    long patches = patches(positions);
    long most = Math.max(0, patches - 1);
    if (ragged == null && removals > most) {
      throw new IllegalArgumentException(
          "removals: expected fewer than the " + patches + " patches, got " + removals);
    }
    return Math.min(removals, most);
  }

  /** The thread's struct of the parameters, filled in. */
  FicocoVParams struct() {
    return Call.struct(FicocoVParams.class, FicocoVParams::new)
        .size(Pointer.sizeof(FicocoVParams.class))
        .preset(released ? 1 : 0)
        .has_cls(hasCls ? 1 : 0)
        .scale(scale)
        .lambda(lambda)
        .epsilon(epsilon)
        .removals(removals)
        .listed(listed)
        .coefficient(grid.coefficient())
        .grid_h(grid.rows())
        .grid_w(grid.columns())
        .window_h(grid.windowRows())
        .window_w(grid.windowColumns());
  }
}
