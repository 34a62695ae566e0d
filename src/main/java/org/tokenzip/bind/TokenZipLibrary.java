// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.bind;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.ByPtrPtr;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.MemberSetter;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.Opaque;
import org.bytedeco.javacpp.annotation.Platform;
import org.jspecify.annotations.Nullable;

/**
 * {@code base.h}, function by function: the library, its contexts, and the structs that every
 * operator takes. The operators are in the other classes of this package, one for each header; the
 * headers are the contract of every method.
 *
 * <p>Initialising this class loads nothing: {@code NativeRuntime.load()} must have succeeded before
 * a method of this package is called. Nothing is checked on this side; callers pass pointers that
 * outlive the call (on a CUDA context: that outlive the stream's work).
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
    /** Size and byte offsets of the struct on 64-bit machines, for those who write it directly. */
    public static final int BYTES = 96;

    public static final int DATA = 0;
    public static final int DTYPE = 8;
    public static final int NDIM = 12;
    public static final int SHAPE = 16;
    public static final int STRIDE = SHAPE + MAX_DIMS * Long.BYTES;

    public TkzTensor() {
      super((Pointer) null);
      allocate();
    }

    /** The struct at an address. */
    public TkzTensor(Pointer address) {
      super(address);
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

  /** {@code tkz_ragged}: pictures of different token counts in one call. */
  @Name("tkz_ragged")
  public static final class TkzRagged extends Pointer {
    public TkzRagged() {
      super((Pointer) null);
      allocate();
    }

    /** The struct at an address. */
    public TkzRagged(Pointer address) {
      super(address);
    }

    private native void allocate();

    @MemberSetter
    public native TkzRagged size(@Cast("uint32_t") int bytes);

    @MemberSetter
    public native TkzRagged batch(@Cast("int64_t") long pictures);

    @MemberSetter
    public native TkzRagged max_tokens(@Cast("int64_t") long tokens);

    @MemberSetter
    public native TkzRagged offsets(@Cast("const int32_t*") long offsets);
  }
}
