// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.bind.TokenZipLibrary.VisionZipSelection;
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
      Launch launch, VisionZipParameters parameters, long batch, long positions) {
    VisionZipParameters.Counts counts = parameters.count(positions);
    return new VisionZipIndices(
        parameters,
        positions,
        launch.ints(batch, counts.dominant()),
        launch.ints(batch, counts.target()),
        launch.ints(batch, counts.merged()),
        launch.ints(batch, counts.merged()),
        launch.ints(batch, counts.target() + 1),
        launch.ints(batch, counts.merged()),
        launch.floats(batch, Math.max(0, positions - (parameters.hasCls() ? 1 : 0))),
        launch.ints(batch));
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
    int[] flags = Tensors.toIntArray(nonFinite);
    int[] images = IntStream.range(0, flags.length).filter(b -> flags[b] != 0).toArray();
    if (images.length > 0) {
      throw new NonFiniteInputException(
          "Expected finite attention logits, scores and keys, got a NaN or an infinity in image "
              + images[0]
              + " of "
              + flags.length
              + (images.length > 1 ? " and in " + (images.length - 1) + " more." : "."));
    }
  }

  VisionZipSelection struct() {
    return new VisionZipSelection()
        .size(Pointer.sizeof(VisionZipSelection.class))
        .dominant(dominant.data_ptr())
        .target(target.data_ptr())
        .merged(merged.data_ptr())
        .assign(assign.data_ptr())
        .member_offset(memberOffset.data_ptr())
        .member(member.data_ptr())
        .scores(scores.data_ptr())
        .non_finite(nonFinite.data_ptr());
  }

  @Override
  public void close() {
    tensors().forEach(Tensor::close);
  }
}
