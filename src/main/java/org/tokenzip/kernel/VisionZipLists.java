// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import org.bytedeco.javacpp.Pointer;
import org.tokenzip.bind.VisionZipFunctions.VisionZipSelection;

/**
 * Which token went where, as {@link VisionZipIndices}, in plain memory: where a selection is
 * written to, and read from. Every member is contiguous, int32 unless noted, and on one device; the
 * extents are those of {@link VisionZipParameters#count}.
 *
 * @param parameters what the selection is made with
 * @param positions S of the sequences it is made over
 * @param dominant [B, dominant] kept positions, ascending
 * @param target [B, target] contextual positions, ascending
 * @param merged [B, merged] positions merged into a target, ascending
 * @param assign [B, merged] entry of {@code target} that {@code merged} went to
 * @param memberOffset [B, target + 1] start of each target's run in {@code member}
 * @param member [B, merged] merged positions grouped by target, ascending inside
 * @param scores fp32 [B, N] score of every patch
 * @param nonFinite [B] 1 where a NaN or infinity took part in the selection
 */
public record VisionZipLists(
    VisionZipParameters parameters,
    long positions,
    NativeTensor dominant,
    NativeTensor target,
    NativeTensor merged,
    NativeTensor assign,
    NativeTensor memberOffset,
    NativeTensor member,
    NativeTensor scores,
    NativeTensor nonFinite) {

  /** The thread's struct of a selection, filled in for {@code call}. */
  VisionZipSelection struct(Call call) {
    VisionZipParameters.Counts counts = parameters.count(positions);
    long batch = nonFinite.rank() == 0 ? 0 : nonFinite.size(0);
    long patches = Math.max(0, positions - (parameters.hasCls() ? 1 : 0));
    return Call.struct(VisionZipSelection.class, VisionZipSelection::new)
        .size(Pointer.sizeof(VisionZipSelection.class))
        .dominant(ints(call, "dominant", dominant, batch, counts.dominant()))
        .target(ints(call, "target", target, batch, counts.target()))
        .merged(ints(call, "merged", merged, batch, counts.merged()))
        .assign(ints(call, "assign", assign, batch, counts.merged()))
        .member_offset(ints(call, "memberOffset", memberOffset, batch, counts.target() + 1))
        .member(ints(call, "member", member, batch, counts.merged()))
        .scores(call.address("scores", scores, ElementType.FP32, batch, patches))
        .non_finite(ints(call, "nonFinite", nonFinite, batch));
  }

  private static long ints(Call call, String name, NativeTensor list, long... extents) {
    return call.address(name, list, ElementType.INT32, extents);
  }
}
