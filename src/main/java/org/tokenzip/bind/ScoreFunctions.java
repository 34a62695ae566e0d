// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bind;

import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Const;
import org.bytedeco.javacpp.annotation.MemberSetter;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.Platform;
import org.jspecify.annotations.Nullable;
import org.tokenzip.bind.TokenZipLibrary.Context;
import org.tokenzip.bind.TokenZipLibrary.TkzRagged;
import org.tokenzip.bind.TokenZipLibrary.TkzTensor;

/** {@code scores.h}, function by function. */
@Platform(include = "tokenzip/tokenzip.h", link = "tokenzip", library = "jnitokenzip")
public final class ScoreFunctions {
  private ScoreFunctions() {}

  public static native int tkz_cls_logits_key_mean(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor query,
      @Const @Nullable TkzTensor keys,
      float scale,
      @Nullable TkzTensor logits,
      @Nullable TkzTensor keyMean);

  public static native int tkz_head_mean_keys(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor keys,
      @Nullable TkzTensor keyMean);

  public static native int tkz_attention_row_workspace(
      @Const AttentionRowParams params,
      @Cast("int64_t") long batch,
      @Cast("int64_t") long heads,
      @Cast("int64_t") long tokens,
      @Cast("size_t*") LongPointer bytes);

  public static native int tkz_attention_row(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const AttentionRowParams params,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor query,
      @Const @Nullable TkzTensor keys,
      @Nullable TkzTensor scores,
      @Cast("int32_t*") long nonFinite,
      @Cast("void*") long workspace,
      @Cast("size_t") long workspaceBytes);

  public static native int tkz_attention_row_from_map(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor map,
      @Cast("int64_t") long row,
      int reduce,
      @Nullable TkzTensor scores);

  public static native int tkz_attention_received_from_map(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor map,
      @Cast("int64_t") long rowBegin,
      @Cast("int64_t") long rowEnd,
      @Cast("int64_t") long colBegin,
      @Cast("int64_t") long colEnd,
      @Nullable TkzTensor scores);

  public static native int tkz_head_mean_map(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor map,
      @Nullable TkzTensor mean);

  /** {@code tkz_attention_row_params}. */
  @Name("tkz_attention_row_params")
  public static final class AttentionRowParams extends Pointer {
    public AttentionRowParams() {
      super((Pointer) null);
      allocate();
    }

    /** The struct at an address. */
    public AttentionRowParams(Pointer address) {
      super(address);
    }

    private native void allocate();

    @MemberSetter
    public native AttentionRowParams size(@Cast("uint32_t") int value);

    @MemberSetter
    public native AttentionRowParams reduce(int value);

    @MemberSetter
    public native AttentionRowParams scale(float value);
  }
}
