// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.llama;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What all layers share while a stretch of tokens passes through the decoder.
 *
 * @param cache what the tokens are appended to
 * @param rotation rotations at the tokens' positions
 * @param causal whether the plain causal rule applies, without a mask
 * @param mask added to the logits; null if all keys are visible or {@code causal}
 */
record DecoderStep(
    KvCache cache, RotaryEmbedding.Rotation rotation, boolean causal, @Nullable Tensor mask) {

  /** The step of the next {@code count} tokens of every row. */
  static DecoderStep of(KvCache cache, long count, RotaryEmbedding rotary) {
    RotaryEmbedding.Rotation rotation =
        cache.padded()
            ? rotary.at(cache.positions(count), cache.batch())
            : rotary.consecutive(cache.length(), count);
    boolean causal = count > 1 && cache.length() == 0 && !cache.padded();
    return new DecoderStep(cache, rotation, causal, causal ? null : cache.mask(count));
  }
}
