// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.kernel.LibtorchView.view;

import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.runtime.NonFiniteInputException;
import org.tokenzip.tensor.Tensors;

/**
 * Which token went where: the arrays of {@code tkz_visionzip_selection}, int32 unless noted, on the
 * device they were computed on. Token indices are positions of the sequence.
 *
 * @param parameters what the selection was made with
 * @param positions S of the sequences it was made over
 * @param dominant [B, dominant] kept positions, ascending
 * @param target [B, target] contextual positions, ascending
 * @param merged [B, merged] positions merged into a target, ascending
 * @param assign [B, merged] entry of {@code target} that {@code merged} went to
 * @param memberOffset [B, target + 1] start of each target's run in {@code member}
 * @param member [B, merged] merged positions grouped by target, ascending inside
 * @param scores fp32 [B, N] score of every patch
 * @param nonFinite [B] 1 where a NaN or infinity took part in the selection
 */
public record VisionZipIndices(
    VisionZipParameters parameters,
    long positions,
    Tensor dominant,
    Tensor target,
    Tensor merged,
    Tensor assign,
    Tensor memberOffset,
    Tensor member,
    Tensor scores,
    Tensor nonFinite)
    implements AutoCloseable {

  static VisionZipIndices allocate(
      LibtorchCall call, VisionZipParameters parameters, long batch, long positions) {
    VisionZipParameters.Counts counts = parameters.count(positions);
    return new VisionZipIndices(
        parameters,
        positions,
        call.ints(batch, counts.dominant()),
        call.ints(batch, counts.target()),
        call.ints(batch, counts.merged()),
        call.ints(batch, counts.merged()),
        call.ints(batch, counts.target() + 1),
        call.ints(batch, counts.merged()),
        call.floats(batch, Math.max(0, positions - (parameters.hasCls() ? 1 : 0))),
        call.ints(batch));
  }

  /** Number of images. */
  public long batch() {
    return dominant.size(0);
  }

  /** Tokens that come out for each image. */
  public long outputTokens() {
    return dominant.size(1) + target.size(1);
  }

  /** Every tensor of the record. */
  public Stream<Tensor> tensors() {
    return Stream.of(dominant, target, merged, assign, memberOffset, member, scores, nonFinite);
  }

  /**
   * Reads the flags that the operators leave on the device; waits for it.
   *
   * @throws NonFiniteInputException naming the images whose selection is meaningless
   */
  public void requireFinite() {
    NonFinite.require(Tensors.toIntArray(nonFinite));
  }

  /** The same memory for the operators' other door; the tensors have to outlive its use. */
  public VisionZipLists lists() {
    return new VisionZipLists(
        parameters,
        positions,
        view(dominant),
        view(target),
        view(merged),
        view(assign),
        view(memberOffset),
        view(member),
        view(scores),
        view(nonFinite));
  }

  @Override
  public void close() {
    tensors().forEach(Tensor::close);
  }
}
