// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Pictures of different token counts in one call: {@code tkz_ragged}. Tensors of one row per token
 * then hold the rows of all pictures one after another, with a batch dimension of 1; what has a
 * fixed length for each picture has {@code maxTokens} in place of the token count.
 *
 * @param batch number of pictures
 * @param maxTokens at least the largest token count
 * @param offsets int32 [batch + 1], contiguous, on the device of the call: picture b has the rows
 *     from {@code offsets[b]} to {@code offsets[b + 1]}
 */
public record Ragged(long batch, long maxTokens, NativeTensor offsets) {
  public Ragged {
    if (batch < 0 || maxTokens < 0) {
      throw new IllegalArgumentException(
          "ragged: expected 0 or more pictures and tokens, got " + batch + " and " + maxTokens);
    }
    if (!offsets.isOf(ElementType.INT32)
        || offsets.rank() != 1
        || offsets.size(0) != batch + 1
        || (batch > 0 && offsets.stride(0) != 1)) {
      throw new IllegalArgumentException(
          "offsets: expected int32 [" + (batch + 1) + "], contiguous, got " + offsets);
    }
  }

  /** Pictures of so many tokens each, for calls on the CPU. */
  public static Ragged of(int... counts) {
    ByteBuffer memory =
        ByteBuffer.allocateDirect((counts.length + 1) * Integer.BYTES)
            .order(ByteOrder.nativeOrder());
    IntBuffer offsets = memory.asIntBuffer();
    int most = 0;
    for (int b = 0; b < counts.length; b++) {
      if (counts[b] < 0) {
        throw new IllegalArgumentException(
            "counts: expected 0 or more tokens, got " + counts[b] + " for picture " + b);
      }
      offsets.put(b + 1, Math.addExact(offsets.get(b), counts[b]));
      most = Math.max(most, counts[b]);
    }
    return new Ragged(counts.length, most, NativeTensor.of(offsets, counts.length + 1));
  }

  /** Pictures of a call whose tensors have a batch dimension of {@code batch}. */
  static long pictures(@Nullable Ragged ragged, long batch) {
    return ragged == null ? batch : ragged.batch;
  }

  /** Tokens that what is kept for each picture has room for. */
  static long tokens(@Nullable Ragged ragged, long tokens) {
    return ragged == null ? tokens : ragged.maxTokens;
  }
}
