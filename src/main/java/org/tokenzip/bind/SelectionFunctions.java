// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bind;

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

/** {@code selection.h}, function by function. */
@Platform(include = "tokenzip/tokenzip.h", link = "tokenzip", library = "jnitokenzip")
public final class SelectionFunctions {
  private SelectionFunctions() {}

  public static native int tkz_top_k(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const TopKParams params,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor scores,
      @Nullable TkzTensor indices,
      @Nullable TkzTensor values,
      @Cast("int32_t*") long nonFinite);

  public static native int tkz_threshold_select(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor scores,
      @Const @Nullable TkzTensor threshold,
      @Nullable TkzTensor indices,
      @Nullable TkzTensor count,
      @Cast("int32_t*") long nonFinite);

  public static native int tkz_stride_targets(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const StrideTargetsParams params,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor counts,
      @Nullable TkzTensor indices);

  public static native int tkz_quantile_select(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const QuantileSelectParams params,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor values,
      @Const @Nullable TkzTensor counts,
      @Nullable TkzTensor indices,
      @Nullable TkzTensor count,
      @Cast("int32_t*") long nonFinite);

  @Cast("int64_t")
  public static native long tkz_quantile_count(double epsilon, @Cast("int64_t") long n);

  public static native int tkz_local_penalty(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const LocalPenaltyParams params,
      @Const @Nullable TkzRagged ragged,
      @Const @Nullable TkzTensor scores,
      @Const @Nullable TkzTensor position,
      @Nullable TkzTensor out,
      @Cast("int32_t*") long nonFinite);

  /** {@code tkz_top_k_params}. */
  @Name("tkz_top_k_params")
  public static final class TopKParams extends Pointer {
    public TopKParams() {
      super((Pointer) null);
      allocate();
    }

    /** The struct at an address. */
    public TopKParams(Pointer address) {
      super(address);
    }

    private native void allocate();

    @MemberSetter
    public native TopKParams size(@Cast("uint32_t") int value);

    @MemberSetter
    public native TopKParams ranked(int value);

    @MemberSetter
    public native TopKParams k(@Cast("int64_t") long value);
  }

  /** {@code tkz_stride_targets_params}. */
  @Name("tkz_stride_targets_params")
  public static final class StrideTargetsParams extends Pointer {
    public StrideTargetsParams() {
      super((Pointer) null);
      allocate();
    }

    /** The struct at an address. */
    public StrideTargetsParams(Pointer address) {
      super(address);
    }

    private native void allocate();

    @MemberSetter
    public native StrideTargetsParams size(@Cast("uint32_t") int value);

    @MemberSetter
    public native StrideTargetsParams tokens(@Cast("int64_t") long value);
  }

  /** {@code tkz_quantile_select_params}. */
  @Name("tkz_quantile_select_params")
  public static final class QuantileSelectParams extends Pointer {
    public QuantileSelectParams() {
      super((Pointer) null);
      allocate();
    }

    /** The struct at an address. */
    public QuantileSelectParams(Pointer address) {
      super(address);
    }

    private native void allocate();

    @MemberSetter
    public native QuantileSelectParams size(@Cast("uint32_t") int value);

    @MemberSetter
    public native QuantileSelectParams epsilon(double value);
  }

  /** {@code tkz_local_penalty_params}. */
  @Name("tkz_local_penalty_params")
  public static final class LocalPenaltyParams extends Pointer {
    public LocalPenaltyParams() {
      super((Pointer) null);
      allocate();
    }

    /** The struct at an address. */
    public LocalPenaltyParams(Pointer address) {
      super(address);
    }

    private native void allocate();

    @MemberSetter
    public native LocalPenaltyParams size(@Cast("uint32_t") int value);

    @MemberSetter
    public native LocalPenaltyParams coefficient(float value);

    @MemberSetter
    public native LocalPenaltyParams grid_h(int value);

    @MemberSetter
    public native LocalPenaltyParams grid_w(int value);

    @MemberSetter
    public native LocalPenaltyParams window_h(int value);

    @MemberSetter
    public native LocalPenaltyParams window_w(int value);
  }
}
