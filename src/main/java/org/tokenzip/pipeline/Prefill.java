// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.tokenzip.model.llama.KvCache;
import org.tokenzip.model.llama.LlamaDecoder;
import org.tokenzip.model.llama.VisualBlock;

/**
 * What answers start from.
 *
 * @param embeds [B, S, E] of the positions that the cache does not hold
 * @param cache of B rows
 * @param block the visual tokens that a method shrinks on the way; null for a plain pass
 * @param numbers of the rows among all that were asked for at once, for their samplers
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
record Prefill(Tensor embeds, KvCache cache, @Nullable VisualBlock block, int... numbers) {
  /** fp32 logits [B, V] of the last position. */
  Tensor run(LlamaDecoder decoder) {
    return block == null ? decoder.prefill(embeds, cache) : decoder.prefill(embeds, cache, block);
  }
}
