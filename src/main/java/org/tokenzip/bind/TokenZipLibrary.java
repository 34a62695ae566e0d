// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bind;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.bytedeco.javacpp.annotation.ByPtrPtr;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Const;
import org.bytedeco.javacpp.annotation.MemberGetter;
import org.bytedeco.javacpp.annotation.MemberSetter;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.Opaque;
import org.bytedeco.javacpp.annotation.Platform;
import org.jspecify.annotations.Nullable;

/**
 * {@code tokenzip.h}, function by function; that header is the contract of every method here.
 *
 * <p>Initialising this class loads nothing: {@code NativeRuntime.load()} must have succeeded before
 * a method is called or a struct is allocated. Nothing is checked on this side; callers pass
 * pointers that outlive the call (on a CUDA context: that outlive the stream's work).
 */
@Platform(include = "tokenzip/tokenzip.h", link = "tokenzip", library = "jnitokenzip")
public final class TokenZipLibrary {
  /** {@code TKZ_ABI_VERSION} of the header these methods were written for. */
  public static final int ABI_VERSION = 0x000100;

  /** {@code TKZ_MAX_DIMS}. */
  public static final int MAX_DIMS = 5;

  private TokenZipLibrary() {}

  // Library

  @Cast("uint32_t")
  public static native int tkz_abi_version();

  public static native String tkz_build_info();

  public static native int tkz_has_backend(int backend);

  public static native int tkz_device_count(int backend);

  public static native String tkz_last_error();

  public static native int tkz_last_cuda_error();

  public static native int tkz_ctx_create(
      int backend, int device, int threads, @ByPtrPtr Context out);

  public static native void tkz_ctx_destroy(@Nullable Context context);

  public static native int tkz_preload(Context context);

  // Scores

  public static native int tkz_cls_logits_key_mean(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const TkzTensor query,
      @Const TkzTensor keys,
      float scale,
      TkzTensor logits,
      TkzTensor keyMean);

  public static native int tkz_head_mean_keys(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const TkzTensor keys,
      TkzTensor keyMean);

  public static native int tkz_attention_row(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const TkzTensor map,
      @Cast("int64_t") long row,
      TkzTensor scores);

  public static native int tkz_attention_received(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const TkzTensor map,
      TkzTensor scores);

  // VisionZip

  public static native int tkz_visionzip_count(
      @Const VisionZipParams params, @Cast("int64_t") long tokens, VisionZipCounts counts);

  public static native int tkz_visionzip_select_logits(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const VisionZipParams params,
      @Cast("const tkz_ragged*") @Nullable Pointer ragged,
      @Const TkzTensor logits,
      @Const TkzTensor keyMean,
      VisionZipSelection selection);

  public static native int tkz_visionzip_select_scores(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const VisionZipParams params,
      @Cast("const tkz_ragged*") @Nullable Pointer ragged,
      @Const TkzTensor scores,
      @Const TkzTensor keyMean,
      VisionZipSelection selection);

  public static native int tkz_visionzip_merge(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const VisionZipParams params,
      @Cast("const tkz_ragged*") @Nullable Pointer ragged,
      @Const TkzTensor tokens,
      @Const VisionZipSelection selection,
      TkzTensor out);

  public static native int tkz_visionzip_workspace(
      @Const VisionZipParams params,
      @Cast("int64_t") long batch,
      @Cast("int64_t") long heads,
      @Cast("int64_t") long tokens,
      @Cast("int64_t") long headDim,
      SizeTPointer bytes);

  public static native int tkz_visionzip(
      Context context,
      @Cast("tkz_stream") @Nullable Pointer stream,
      @Const VisionZipParams params,
      @Const TkzTensor query,
      @Const TkzTensor keys,
      @Const TkzTensor tokens,
      VisionZipSelection selection,
      TkzTensor out,
      @Nullable Pointer workspace,
      @Cast("size_t") long workspaceBytes);

  /** {@code tkz_ctx}: a device, its properties and its kernels. */
  @Opaque
  @Name("tkz_ctx")
  public static final class Context extends Pointer {
    /** A null pointer, for {@code tkz_ctx_create} to fill. */
    public Context() {
      super((Pointer) null);
    }
  }

  /** {@code tkz_tensor}: a borrowed view of memory. */
  @Name("tkz_tensor")
  public static final class TkzTensor extends Pointer {
    public TkzTensor() {
      super((Pointer) null);
      allocate();
    }

    private native void allocate();

    @MemberSetter
    public native TkzTensor data(@Nullable Pointer data);

    @MemberSetter
    public native TkzTensor dtype(int dtype);

    @MemberSetter
    public native TkzTensor ndim(int ndim);

    @MemberSetter
    public native TkzTensor shape(int dimension, @Cast("int64_t") long extent);

    @MemberSetter
    public native TkzTensor stride(int dimension, @Cast("int64_t") long elements);
  }

  /** {@code tkz_visionzip_params}: the budget of VisionZip. */
  @Name("tkz_visionzip_params")
  public static final class VisionZipParams extends Pointer {
    public VisionZipParams() {
      super((Pointer) null);
      allocate();
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

    private native void allocate();

    @MemberSetter
    public native VisionZipSelection size(@Cast("uint32_t") int bytes);

    @MemberSetter
    public native VisionZipSelection dominant(@Cast("int32_t*") @Nullable Pointer indices);

    @MemberSetter
    public native VisionZipSelection target(@Cast("int32_t*") @Nullable Pointer indices);

    @MemberSetter
    public native VisionZipSelection merged(@Cast("int32_t*") @Nullable Pointer indices);

    @MemberSetter
    public native VisionZipSelection assign(@Cast("int32_t*") @Nullable Pointer indices);

    @MemberSetter
    public native VisionZipSelection member_offset(@Cast("int32_t*") @Nullable Pointer offsets);

    @MemberSetter
    public native VisionZipSelection member(@Cast("int32_t*") @Nullable Pointer indices);

    @MemberSetter
    public native VisionZipSelection scores(@Cast("float*") @Nullable Pointer scores);

    @MemberSetter
    public native VisionZipSelection non_finite(@Cast("int32_t*") @Nullable Pointer flags);
  }
}
