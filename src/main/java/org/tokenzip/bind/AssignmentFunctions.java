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

/** {@code assignment.h}, function by function. */
@Platform(include = "tokenzip/tokenzip.h", link = "tokenzip", library = "jnitokenzip")
public final class AssignmentFunctions {
  private AssignmentFunctions() {}

  public static native int tkz_cosine_workspace(
      @Cast("int64_t") long batch,
      @Cast("int64_t") long rows,
      @Cast("int64_t") long otherRows,
      @Cast("int64_t") long dim,
      @Cast("size_t*") LongPointer bytes);

  public static native int tkz_cosine_assign(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const CosineParams params,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor source,
      @Const @Nullable TkzTensor sourceIndex,
      @Const @Nullable TkzTensor target,
      @Const @Nullable TkzTensor targetIndex,
      @Nullable TkzTensor index,
      @Nullable TkzTensor best,
      @Cast("int32_t*") long nonFinite,
      @Cast("void*") long workspace,
      @Cast("size_t") long workspaceBytes);

  public static native int tkz_cosine_matrix(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const CosineParams params,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor tokens,
      @Nullable TkzTensor matrix,
      @Cast("int32_t*") long nonFinite,
      @Cast("void*") long workspace,
      @Cast("size_t") long workspaceBytes);

  public static native int tkz_mean_cosine(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor tokens,
      @Nullable TkzTensor mean,
      @Cast("int32_t*") long nonFinite,
      @Cast("void*") long workspace,
      @Cast("size_t") long workspaceBytes);

  public static native int tkz_top_neighbours(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const TopNeighboursParams params,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor tokens,
      @Const @Nullable TkzTensor others,
      @Nullable TkzTensor index,
      @Nullable TkzTensor similarity,
      @Cast("int32_t*") long nonFinite,
      @Cast("void*") long workspace,
      @Cast("size_t") long workspaceBytes);

  /** {@code tkz_cosine_params}. */
  @Name("tkz_cosine_params")
  public static final class CosineParams extends Pointer {
    public CosineParams() {
      super((Pointer) null);
      allocate();
    }

    /** The struct at an address. */
    public CosineParams(Pointer address) {
      super(address);
    }

    private native void allocate();

    @MemberSetter
    public native CosineParams size(@Cast("uint32_t") int value);

    @MemberSetter
    public native CosineParams centred(int value);
  }

  /** {@code tkz_top_neighbours_params}. */
  @Name("tkz_top_neighbours_params")
  public static final class TopNeighboursParams extends Pointer {
    public TopNeighboursParams() {
      super((Pointer) null);
      allocate();
    }

    /** The struct at an address. */
    public TopNeighboursParams(Pointer address) {
      super(address);
    }

    private native void allocate();

    @MemberSetter
    public native TopNeighboursParams size(@Cast("uint32_t") int value);

    @MemberSetter
    public native TopNeighboursParams centred(int value);

    @MemberSetter
    public native TopNeighboursParams neighbours(int value);

    @MemberSetter
    public native TopNeighboursParams exclude_self(int value);
  }
}
