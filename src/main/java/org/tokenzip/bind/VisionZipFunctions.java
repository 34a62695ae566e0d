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

/** {@code visionzip.h}, function by function. */
@Platform(include = "tokenzip/tokenzip.h", link = "tokenzip", library = "jnitokenzip")
public final class VisionZipFunctions {
  private VisionZipFunctions() {}

  public static native int tkz_visionzip_count(
      @Const VisionZipParams params, @Cast("int64_t") long tokens, VisionZipCounts counts);

  public static native int tkz_visionzip_select_logits(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const VisionZipParams params,
      @Const @Nullable TkzRagged ragged,
      @Const TkzTensor logits,
      @Const TkzTensor keyMean,
      VisionZipSelection selection);

  public static native int tkz_visionzip_select_scores(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const VisionZipParams params,
      @Const @Nullable TkzRagged ragged,
      @Const TkzTensor scores,
      @Const TkzTensor keyMean,
      VisionZipSelection selection);

  public static native int tkz_visionzip_merge(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const VisionZipParams params,
      @Const @Nullable TkzRagged ragged,
      @Const TkzTensor tokens,
      @Const VisionZipSelection selection,
      TkzTensor out);

  public static native int tkz_visionzip_workspace(
      @Const VisionZipParams params,
      @Cast("int64_t") long batch,
      @Cast("int64_t") long heads,
      @Cast("int64_t") long tokens,
      @Cast("int64_t") long headDim,
      @Cast("size_t*") LongPointer bytes);

  public static native int tkz_visionzip(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const VisionZipParams params,
      @Cast("const tkz_ragged*") @Nullable Pointer ragged,
      @Const TkzTensor query,
      @Const TkzTensor keys,
      @Const TkzTensor tokens,
      VisionZipSelection selection,
      TkzTensor out,
      @Cast("void*") long workspace,
      @Cast("size_t") long workspaceBytes);

  /** {@code tkz_visionzip_params}: the budget of VisionZip. */
  @Name("tkz_visionzip_params")
  public static final class VisionZipParams extends Pointer {
    public VisionZipParams() {
      super((Pointer) null);
      allocate();
    }

    /** The struct at an address. */
    public VisionZipParams(Pointer address) {
      super(address);
    }

    private native void allocate();

    @MemberSetter
    public native VisionZipParams size(@Cast("uint32_t") int bytes);

    @MemberSetter
    public native VisionZipParams has_cls(int hasCls);

    @MemberSetter
    public native VisionZipParams dominant(@Cast("int64_t") long count);

    @MemberSetter
    public native VisionZipParams contextual(@Cast("int64_t") long count);

    @MemberSetter
    public native VisionZipParams merge_mode(int mode);

    @MemberSetter
    public native VisionZipParams scale(float scale);
  }

  /** {@code tkz_visionzip_counts}: the sizes that follow from a budget. */
  @Name("tkz_visionzip_counts")
  public static final class VisionZipCounts extends Pointer {
    public VisionZipCounts() {
      super((Pointer) null);
      allocate();
    }

    /** The struct at an address. */
    public VisionZipCounts(Pointer address) {
      super(address);
    }

    private native void allocate();

    @MemberGetter
    @Cast("int64_t")
    public native long dominant();

    @MemberGetter
    @Cast("int64_t")
    public native long target();

    @MemberGetter
    @Cast("int64_t")
    public native long merged();

    @MemberGetter
    @Cast("int64_t")
    public native long out();
  }

  /** {@code tkz_visionzip_selection}: which token went where. */
  @Name("tkz_visionzip_selection")
  public static final class VisionZipSelection extends Pointer {
    public VisionZipSelection() {
      super((Pointer) null);
      allocate();
    }

    /** The struct at an address. */
    public VisionZipSelection(Pointer address) {
      super(address);
    }

    private native void allocate();

    @MemberSetter
    public native VisionZipSelection size(@Cast("uint32_t") int bytes);

    @MemberSetter
    public native VisionZipSelection dominant(@Cast("int32_t*") long indices);

    @MemberSetter
    public native VisionZipSelection target(@Cast("int32_t*") long indices);

    @MemberSetter
    public native VisionZipSelection merged(@Cast("int32_t*") long indices);

    @MemberSetter
    public native VisionZipSelection assign(@Cast("int32_t*") long indices);

    @MemberSetter
    public native VisionZipSelection member_offset(@Cast("int32_t*") long offsets);

    @MemberSetter
    public native VisionZipSelection member(@Cast("int32_t*") long indices);

    @MemberSetter
    public native VisionZipSelection scores(@Cast("float*") long scores);

    @MemberSetter
    public native VisionZipSelection non_finite(@Cast("int32_t*") long flags);
  }
}
