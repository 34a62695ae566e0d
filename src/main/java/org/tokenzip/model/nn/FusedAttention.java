// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.model.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Scaled dot-product attention that never forms the attention matrix; scale 1/sqrt(d). */
public final class FusedAttention {
  private FusedAttention() {}

  /**
   * Every query attends to every key.
   *
   * @param query [B, H, S, d]
   * @param keys [B, H, L, d]
   * @param values [B, H, L, d]
   * @return [B, H, S, d]
   */
  public static Tensor full(Tensor query, Tensor keys, Tensor values) {
    return torch.scaled_dot_product_attention(query, keys, values);
  }

  /** As {@link #full}, where query i sees the keys up to i only; S = L. */
  public static Tensor causal(Tensor query, Tensor keys, Tensor values) {
    return torch.scaled_dot_product_attention(query, keys, values, null, 0, true, null, false);
  }

  /**
   * As {@link #full}, with {@code mask} added to the logits; it has the dtype of the queries and
   * broadcasts to [B, H, S, L]. Null stands for no mask.
   */
  public static Tensor masked(Tensor query, Tensor keys, Tensor values, @Nullable Tensor mask) {
    if (mask == null) {
      return full(query, keys, values);
    }
    try (TensorOptional added = new TensorOptional(mask)) {
      return torch.scaled_dot_product_attention(query, keys, values, added, 0, false, null, false);
    }
  }
}
