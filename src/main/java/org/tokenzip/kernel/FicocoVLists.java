// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;
import org.tokenzip.bind.FicocoFunctions.FicocoVStep;

/**
 * What a layer of FiCoCo-V decided, in plain memory: overwritten by {@link FicocoVLayer#run}. Every
 * member is contiguous, int32 unless noted, and on one device; N patches, r removed, m left. In a
 * ragged batch there is room for what maxTokens tokens give: lists end with -1, scores, weights and
 * counts with 0, beyond what their picture has.
 *
 * @param scores fp32 [B, N] redundancy behind the local penalty
 * @param removed [B, r] patches, ascending
 * @param kept [B, m] patches, ascending
 * @param cells [B, m] of the grid
 * @param targets [B, r, K] entries of {@code kept} that get a share, ending with -1
 * @param weights fp32 [B, r, K] these shares
 * @param count [B, r] how many there are, also when that is more than K
 * @param nonFinite [B] 1 where a NaN or infinity took part in a decision
 */
public record FicocoVLists(
    NativeTensor scores,
    NativeTensor removed,
    NativeTensor kept,
    NativeTensor cells,
    NativeTensor targets,
    NativeTensor weights,
    NativeTensor count,
    NativeTensor nonFinite) {

  /**
   * The thread's struct of a step over {@code tokens} [B, S, D], packed in a ragged batch, filled
   * in for {@code call}.
   */
  FicocoVStep struct(
      Call call, @Nullable Ragged ragged, FicocoVParameters parameters, NativeTensor tokens) {
    long batch = Ragged.pictures(ragged, tokens.size(0));
    long positions = Ragged.tokens(ragged, tokens.size(1));
    long gone = parameters.removed(ragged, positions);
    long left = parameters.patches(positions) - gone;
    long most = parameters.listed();
    ElementType real = ElementType.FP32;
    ElementType index = ElementType.INT32;
    return Call.struct(FicocoVStep.class, FicocoVStep::new)
        .size(Pointer.sizeof(FicocoVStep.class))
        .scores(call.address("scores", scores, real, batch, left + gone))
        .removed(call.address("removed", removed, index, batch, gone))
        .kept(call.address("kept", kept, index, batch, left))
        .cells(call.address("cells", cells, index, batch, left))
        .targets(call.address("targets", targets, index, batch, gone, most))
        .weights(call.address("weights", weights, real, batch, gone, most))
        .count(call.address("count", count, index, batch, gone))
        .non_finite(call.address("nonFinite", nonFinite, index, batch));
  }
}
