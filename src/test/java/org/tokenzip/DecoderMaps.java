// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip;

import org.bytedeco.pytorch.Tensor;
import org.tokenzip.compress.DecoderLayer;
import org.tokenzip.runtime.Device;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.Tensors;

/** Queries and keys that have given logits, for vectors that hold maps. */
public final class DecoderMaps {
  /** Head width: at least the tokens of any vector, and with a square root that is exact. */
  private static final int WIDTH = 64;

  private DecoderMaps() {}

  /**
   * A layer whose scaled logits are {@code logits} [H, S, S] for every head: key j is 8 times unit
   * vector j, the one head of keys serves all.
   */
  public static DecoderLayer layer(
      int index, Tensor hidden, float[] logits, int heads, int start, int count) {
    int tokens = Math.toIntExact(hidden.size(1));
    float[] queries = new float[heads * tokens * WIDTH];
    for (int row = 0; row < heads * tokens; row++) {
      System.arraycopy(logits, row * tokens, queries, row * WIDTH, tokens);
    }
    float[] keys = new float[tokens * WIDTH];
    for (int token = 0; token < tokens; token++) {
      keys[token * WIDTH + token] = (float) Math.sqrt(WIDTH);
    }
    return new DecoderLayer(
        index,
        hidden,
        Tensors.of(queries, 1, heads, tokens, WIDTH),
        Tensors.of(keys, 1, 1, tokens, WIDTH),
        start,
        count);
  }

  /** Logits whose softmax {@code probabilities} are, row by row. */
  static float[] logits(float[] probabilities) {
    float[] logits = new float[probabilities.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) Math.log(Math.max(probabilities[i], Float.MIN_NORMAL));
    }
    return logits;
  }

  /** [1, n, 1] in {@code dtype}: each token holds its own position. */
  static Tensor positions(int n, DType dtype) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = i;
    }
    return Tensors.to(Tensors.of(values, 1, n, 1), dtype, Device.CPU);
  }
}
