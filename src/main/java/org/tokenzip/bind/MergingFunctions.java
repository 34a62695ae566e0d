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

/** {@code merging.h}, function by function. */
@Platform(include = "tokenzip/tokenzip.h", link = "tokenzip", library = "jnitokenzip")
public final class MergingFunctions {
  /** {@code TKZ_MAX_PIECES}. */
  public static final int MAX_PIECES = 8;

  private MergingFunctions() {}

  public static native int tkz_gather(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor tokens,
      @Const @Nullable TkzTensor index,
      @Nullable TkzTensor out);

  public static native int tkz_layout(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const @Nullable TkzRagged ragged,
      @Cast("const tkz_tensor* const*") long pieces,
      int pieceCount,
      @Const @Nullable TkzTensor plan,
      @Nullable TkzTensor out);

  public static native int tkz_weighted_sum(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor tokens,
      @Const @Nullable TkzTensor weight,
      @Const @Nullable TkzTensor index,
      @Nullable TkzTensor out);

  public static native int tkz_merge_workspace(
      @Cast("int64_t") long batch,
      @Cast("int64_t") long entries,
      @Cast("int64_t") long targets,
      @Cast("size_t*") LongPointer bytes);

  public static native int tkz_target_mean_merge(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const MergeParams params,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor target,
      @Const @Nullable TkzTensor source,
      @Const @Nullable TkzTensor assign,
      @Nullable TkzTensor out,
      @Cast("void*") long workspace,
      @Cast("size_t") long workspaceBytes);

  public static native int tkz_size_weighted_merge(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor target,
      @Const @Nullable TkzTensor targetSize,
      @Const @Nullable TkzTensor source,
      @Const @Nullable TkzTensor sourceSize,
      @Const @Nullable TkzTensor assign,
      @Nullable TkzTensor out,
      @Nullable TkzTensor outSize,
      @Cast("void*") long workspace,
      @Cast("size_t") long workspaceBytes);

  public static native int tkz_self_preserving_merge(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor tokens,
      @Const @Nullable TkzTensor removed,
      @Const @Nullable TkzTensor index,
      @Const @Nullable TkzTensor weight,
      @Nullable TkzTensor out,
      @Cast("void*") long workspace,
      @Cast("size_t") long workspaceBytes);

  public static native int tkz_scatter_add(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor rows,
      @Const @Nullable TkzTensor index,
      @Const @Nullable TkzTensor base,
      @Nullable TkzTensor out,
      @Cast("void*") long workspace,
      @Cast("size_t") long workspaceBytes);

  /** {@code tkz_merge_params}. */
  @Name("tkz_merge_params")
  public static final class MergeParams extends Pointer {
    public MergeParams() {
      super((Pointer) null);
      allocate();
    }

    /** The struct at an address. */
    public MergeParams(Pointer address) {
      super(address);
    }

    private native void allocate();

    @MemberSetter
    public native MergeParams size(@Cast("uint32_t") int value);

    @MemberSetter
    public native MergeParams mode(int value);
  }
}
