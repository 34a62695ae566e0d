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

/** {@code ficoco.h}, function by function. */
@Platform(include = "tokenzip/tokenzip.h", link = "tokenzip", library = "jnitokenzip")
public final class FicocoFunctions {
  private FicocoFunctions() {}

  public static native int tkz_ficoco_v_workspace(
      @Const FicocoVParams params,
      @Cast("int64_t") long batch,
      @Cast("int64_t") long heads,
      @Cast("int64_t") long tokens,
      @Cast("int64_t") long headDim,
      @Cast("size_t*") LongPointer bytes);

  public static native int tkz_ficoco_v_layer(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const FicocoVParams params,
      @Const @Nullable TkzRagged ragged,
      @Const TkzTensor query,
      @Const TkzTensor keys,
      @Const TkzTensor tokens,
      @Const TkzTensor cells,
      @Const @Nullable TkzTensor lse,
      @Const @Nullable TkzTensor seen,
      @Const @Nullable TkzTensor special,
      FicocoVStep step,
      TkzTensor out,
      @Cast("void*") long workspace,
      @Cast("size_t") long workspaceBytes);

  /** {@code tkz_ficoco_v_params}. */
  @Name("tkz_ficoco_v_params")
  public static final class FicocoVParams extends Pointer {
    public FicocoVParams() {
      super((Pointer) null);
      allocate();
    }

    /** The struct at an address. */
    public FicocoVParams(Pointer address) {
      super(address);
    }

    private native void allocate();

    @MemberSetter
    public native FicocoVParams size(@Cast("uint32_t") int bytes);

    @MemberSetter
    public native FicocoVParams preset(int preset);

    @MemberSetter
    public native FicocoVParams has_cls(int hasCls);

    @MemberSetter
    public native FicocoVParams scale(float scale);

    @MemberSetter
    public native FicocoVParams lambda(double share);

    @MemberSetter
    public native FicocoVParams epsilon(double quantile);

    @MemberSetter
    public native FicocoVParams removals(@Cast("int64_t") long count);

    @MemberSetter
    public native FicocoVParams listed(@Cast("int64_t") long count);

    @MemberSetter
    public native FicocoVParams coefficient(float coefficient);

    @MemberSetter
    public native FicocoVParams grid_h(int rows);

    @MemberSetter
    public native FicocoVParams grid_w(int columns);

    @MemberSetter
    public native FicocoVParams window_h(int rows);

    @MemberSetter
    public native FicocoVParams window_w(int columns);
  }

  /** {@code tkz_ficoco_v_step}: what a layer decided. */
  @Name("tkz_ficoco_v_step")
  public static final class FicocoVStep extends Pointer {
    public FicocoVStep() {
      super((Pointer) null);
      allocate();
    }

    /** The struct at an address. */
    public FicocoVStep(Pointer address) {
      super(address);
    }

    private native void allocate();

    @MemberSetter
    public native FicocoVStep size(@Cast("uint32_t") int bytes);

    @MemberSetter
    public native FicocoVStep scores(@Cast("float*") long scores);

    @MemberSetter
    public native FicocoVStep removed(@Cast("int32_t*") long indices);

    @MemberSetter
    public native FicocoVStep kept(@Cast("int32_t*") long indices);

    @MemberSetter
    public native FicocoVStep cells(@Cast("int32_t*") long cells);

    @MemberSetter
    public native FicocoVStep targets(@Cast("int32_t*") long indices);

    @MemberSetter
    public native FicocoVStep weights(@Cast("float*") long weights);

    @MemberSetter
    public native FicocoVStep count(@Cast("int32_t*") long counts);

    @MemberSetter
    public native FicocoVStep non_finite(@Cast("int32_t*") long flags);
  }
}
