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

/** {@code diversity.h}, function by function. */
@Platform(include = "tokenzip/tokenzip.h", link = "tokenzip", library = "jnitokenzip")
public final class DiversityFunctions {
  private DiversityFunctions() {}

  public static native int tkz_greedy_max_min_workspace(
      @Cast("int64_t") long batch,
      @Cast("int64_t") long tokens,
      @Cast("size_t*") LongPointer bytes);

  public static native int tkz_greedy_max_min(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const GreedyMaxMinParams params,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor matrix,
      @Nullable TkzTensor indices,
      @Cast("int32_t*") long nonFinite,
      @Cast("void*") long workspace,
      @Cast("size_t") long workspaceBytes);

  public static native int tkz_greedy_dpp_workspace(
      @Const GreedyDppParams params,
      @Cast("int64_t") long batch,
      @Cast("int64_t") long tokens,
      @Cast("size_t*") LongPointer bytes);

  public static native int tkz_greedy_dpp(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const GreedyDppParams params,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor similarity,
      @Const @Nullable TkzTensor weight,
      @Nullable TkzTensor indices,
      @Cast("int32_t*") long nonFinite,
      @Cast("void*") long workspace,
      @Cast("size_t") long workspaceBytes);

  public static native int tkz_min_max_relevance(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor relevance,
      @Nullable TkzTensor scaled);

  /** {@code tkz_greedy_max_min_params}. */
  @Name("tkz_greedy_max_min_params")
  public static final class GreedyMaxMinParams extends Pointer {
    public GreedyMaxMinParams() {
      super((Pointer) null);
      allocate();
    }

    /** The struct at an address. */
    public GreedyMaxMinParams(Pointer address) {
      super(address);
    }

    private native void allocate();

    @MemberSetter
    public native GreedyMaxMinParams size(@Cast("uint32_t") int value);

    @MemberSetter
    public native GreedyMaxMinParams input(int value);

    @MemberSetter
    public native GreedyMaxMinParams ranked(int value);

    @MemberSetter
    public native GreedyMaxMinParams m(@Cast("int64_t") long value);
  }

  /** {@code tkz_greedy_dpp_params}. */
  @Name("tkz_greedy_dpp_params")
  public static final class GreedyDppParams extends Pointer {
    public GreedyDppParams() {
      super((Pointer) null);
      allocate();
    }

    /** The struct at an address. */
    public GreedyDppParams(Pointer address) {
      super(address);
    }

    private native void allocate();

    @MemberSetter
    public native GreedyDppParams size(@Cast("uint32_t") int value);

    @MemberSetter
    public native GreedyDppParams ranked(int value);

    @MemberSetter
    public native GreedyDppParams m(@Cast("int64_t") long value);
  }
}
