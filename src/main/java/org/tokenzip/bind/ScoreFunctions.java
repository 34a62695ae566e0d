// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bind;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Const;
import org.bytedeco.javacpp.annotation.Platform;
import org.jspecify.annotations.Nullable;
import org.tokenzip.bind.TokenZipLibrary.Context;
import org.tokenzip.bind.TokenZipLibrary.TkzTensor;

/** {@code scores.h}, function by function. */
@Platform(include = "tokenzip/tokenzip.h", link = "tokenzip", library = "jnitokenzip")
public final class ScoreFunctions {
  /** {@code TKZ_HEADS_SUM}. */
  public static final int HEADS_SUM = 0;

  private ScoreFunctions() {}

  public static native int tkz_cls_logits_key_mean(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Cast("const tkz_ragged*") @Nullable Pointer ragged,
      @Const TkzTensor query,
      @Const TkzTensor keys,
      float scale,
      TkzTensor logits,
      TkzTensor keyMean);

  public static native int tkz_head_mean_keys(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Cast("const tkz_ragged*") @Nullable Pointer ragged,
      @Const TkzTensor keys,
      TkzTensor keyMean);

  public static native int tkz_attention_row_from_map(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Cast("const tkz_ragged*") @Nullable Pointer ragged,
      @Const TkzTensor map,
      @Cast("int64_t") long row,
      int reduce,
      TkzTensor scores);

  public static native int tkz_attention_received_from_map(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Cast("const tkz_ragged*") @Nullable Pointer ragged,
      @Const TkzTensor map,
      @Cast("int64_t") long rowBegin,
      @Cast("int64_t") long rowEnd,
      @Cast("int64_t") long columnBegin,
      @Cast("int64_t") long columnEnd,
      TkzTensor scores);
}
