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

/** {@code attention.h}, function by function. */
@Platform(include = "tokenzip/tokenzip.h", link = "tokenzip", library = "jnitokenzip")
public final class AttentionFunctions {
  private AttentionFunctions() {}

  public static native int tkz_row_lse(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const @Nullable TkzRagged ragged,
      float scale,
      @Const @Nullable TkzTensor query,
      @Const @Nullable TkzTensor keys,
      @Nullable TkzTensor lse);

  public static native int tkz_attention_received_workspace(
      @Const Context context,
      @Const AttentionReceivedParams params,
      @Cast("int64_t") long batch,
      @Cast("int64_t") long heads,
      @Cast("int64_t") long tokens,
      @Cast("int64_t") long headDim,
      @Cast("size_t*") LongPointer bytes);

  public static native int tkz_attention_received(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const AttentionReceivedParams params,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor query,
      @Const @Nullable TkzTensor keys,
      @Const @Nullable TkzTensor lse,
      @Nullable TkzTensor scores,
      @Cast("int32_t*") long nonFinite,
      @Cast("void*") long workspace,
      @Cast("size_t") long workspaceBytes);

  public static native int tkz_head_mean_logits(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const HeadMeanParams params,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor query,
      @Const @Nullable TkzTensor keys,
      @Const @Nullable TkzTensor rowIndex,
      @Const @Nullable TkzTensor columnIndex,
      @Nullable TkzTensor out);

  public static native int tkz_head_mean_probabilities_workspace(
      @Const HeadMeanParams params,
      @Cast("int64_t") long batch,
      @Cast("int64_t") long heads,
      @Cast("int64_t") long rows,
      @Cast("size_t*") LongPointer bytes);

  public static native int tkz_head_mean_probabilities(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const HeadMeanParams params,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor query,
      @Const @Nullable TkzTensor keys,
      @Const @Nullable TkzTensor lse,
      @Const @Nullable TkzTensor rowIndex,
      @Nullable TkzTensor out,
      @Cast("void*") long workspace,
      @Cast("size_t") long workspaceBytes);

  /** {@code tkz_attention_received_params}. */
  @Name("tkz_attention_received_params")
  public static final class AttentionReceivedParams extends Pointer {
    public AttentionReceivedParams() {
      super((Pointer) null);
      allocate();
    }

    /** The struct at an address. */
    public AttentionReceivedParams(Pointer address) {
      super(address);
    }

    private native void allocate();

    @MemberSetter
    public native AttentionReceivedParams size(@Cast("uint32_t") int value);

    @MemberSetter
    public native AttentionReceivedParams scale(float value);

    @MemberSetter
    public native AttentionReceivedParams row_begin(@Cast("int64_t") long value);

    @MemberSetter
    public native AttentionReceivedParams row_end(@Cast("int64_t") long value);

    @MemberSetter
    public native AttentionReceivedParams col_begin(@Cast("int64_t") long value);

    @MemberSetter
    public native AttentionReceivedParams col_end(@Cast("int64_t") long value);

    @MemberSetter
    public native AttentionReceivedParams per_head(int value);

    @MemberSetter
    public native AttentionReceivedParams reserved(int value);
  }

  /** {@code tkz_head_mean_params}. */
  @Name("tkz_head_mean_params")
  public static final class HeadMeanParams extends Pointer {
    public HeadMeanParams() {
      super((Pointer) null);
      allocate();
    }

    /** The struct at an address. */
    public HeadMeanParams(Pointer address) {
      super(address);
    }

    private native void allocate();

    @MemberSetter
    public native HeadMeanParams size(@Cast("uint32_t") int value);

    @MemberSetter
    public native HeadMeanParams scale(float value);
  }
}
