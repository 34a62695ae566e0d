// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.llama;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.PositionPolicy;

/**
 * What the layers share while a stretch of tokens passes through the decoder: all of them, unless a
 * method has made some see fewer tokens than others.
 *
 * @param cache what the tokens are appended to
 * @param count tokens of every row
 * @param rotation rotations at the tokens' positions
 * @param causal whether the plain causal rule applies, without a mask
 * @param mask added to the logits; null if all keys are visible or {@code causal}
 * @param block the visual tokens of which layers may drop some; null for a plain pass
 */
record DecoderStep(
    KvCache cache,
    long count,
    RotaryEmbedding.Rotation rotation,
    boolean causal,
    @Nullable Tensor mask,
    @Nullable VisualBlock block) {

  /** The step of the next {@code count} tokens of every row, for the first layer. */
  static DecoderStep of(
      KvCache cache, long count, @Nullable VisualBlock block, RotaryEmbedding rotary) {
    return of(cache, 0, count, block, rotary);
  }

  /** The step for a layer behind the first; this one if that sees what the one before it saw. */
  DecoderStep at(int layer, RotaryEmbedding rotary) {
    long left = block == null ? count : block.length();
    return left == count && cache.length(layer) == cache.length(layer - 1)
        ? this
        : of(cache, layer, left, block, rotary);
  }

  private static DecoderStep of(
      KvCache cache, int layer, long count, @Nullable VisualBlock block, RotaryEmbedding rotary) {
    boolean causal = count > 1 && cache.length(layer) == 0 && !cache.padded();
    return new DecoderStep(
        cache,
        count,
        rotation(cache, layer, count, block, rotary),
        causal,
        causal ? null : cache.mask(layer, count),
        block);
  }

  private static RotaryEmbedding.Rotation rotation(
      KvCache cache, int layer, long count, @Nullable VisualBlock block, RotaryEmbedding rotary) {
    if (block != null && block.policy() == PositionPolicy.ORIGINAL && !block.steps().isEmpty()) {
      return rotary.at(block.originalPositions(), 1);
    }
    return cache.padded()
        ? rotary.at(cache.positions(count), cache.batch())
        : rotary.consecutive(cache.nextPosition(layer), count);
  }
}
