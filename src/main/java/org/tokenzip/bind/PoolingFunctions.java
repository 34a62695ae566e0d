// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bind;

import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Const;
import org.bytedeco.javacpp.annotation.MemberGetter;
import org.bytedeco.javacpp.annotation.MemberSetter;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.Platform;
import org.jspecify.annotations.Nullable;
import org.tokenzip.bind.TokenZipLibrary.Context;
import org.tokenzip.bind.TokenZipLibrary.TkzRagged;
import org.tokenzip.bind.TokenZipLibrary.TkzTensor;

/** {@code pooling.h}, function by function. */
@Platform(include = "tokenzip/tokenzip.h", link = "tokenzip", library = "jnitokenzip")
public final class PoolingFunctions {
  private PoolingFunctions() {}

  public static native int tkz_relevance(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const RelevanceParams params,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor features,
      @Const @Nullable TkzTensor text,
      @Nullable TkzTensor scores,
      @Cast("int32_t*") long nonFinite);

  public static native int tkz_pool_size(
      @Cast("const int64_t*") LongPointer extent, PromptPoolParams params);

  public static native int tkz_prompt_pool_3d(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const PromptPoolParams params,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor tokens,
      @Const @Nullable TkzTensor weight,
      @Nullable TkzTensor out,
      @Cast("int32_t*") long nonFinite);

  /** {@code tkz_relevance_params}. */
  @Name("tkz_relevance_params")
  public static final class RelevanceParams extends Pointer {
    public RelevanceParams() {
      super((Pointer) null);
      allocate();
    }

    /** The struct at an address. */
    public RelevanceParams(Pointer address) {
      super(address);
    }

    private native void allocate();

    @MemberSetter
    public native RelevanceParams size(@Cast("uint32_t") int value);

    @MemberSetter
    public native RelevanceParams softmax(int value);

    @MemberSetter
    public native RelevanceParams scale(float value);
  }

  /** {@code tkz_prompt_pool_params}. */
  @Name("tkz_prompt_pool_params")
  public static final class PromptPoolParams extends Pointer {
    public PromptPoolParams() {
      super((Pointer) null);
      allocate();
    }

    /** The struct at an address. */
    public PromptPoolParams(Pointer address) {
      super(address);
    }

    private native void allocate();

    @MemberSetter
    public native PromptPoolParams size(@Cast("uint32_t") int value);

    @MemberSetter
    public native PromptPoolParams temperature(float value);

    @MemberSetter
    public native PromptPoolParams kernel(int i, @Cast("int64_t") long value);

    @MemberGetter
    @Cast("int64_t")
    public native long kernel(int i);

    @MemberSetter
    public native PromptPoolParams stride(int i, @Cast("int64_t") long value);

    @MemberGetter
    @Cast("int64_t")
    public native long stride(int i);

    @MemberSetter
    public native PromptPoolParams output(int i, @Cast("int64_t") long value);

    @MemberGetter
    @Cast("int64_t")
    public native long output(int i);
  }
}
