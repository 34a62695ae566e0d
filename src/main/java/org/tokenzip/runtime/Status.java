// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import org.tokenzip.bind.TokenZipLibrary;

/** The one place where a {@code tkz_status} becomes an exception. */
public final class Status {
  private static final int OK = 0;
  private static final int INVALID_ARGUMENT = -1;
  private static final int UNSUPPORTED_DTYPE = -2;
  private static final int INVALID_SHAPE = -3;
  private static final int WORKSPACE_TOO_SMALL = -4;
  private static final int UNSUPPORTED_DEVICE = -5;
  private static final int CUDA_ERROR = -6;
  private static final int NOT_BUILT = -7;

  private Status() {}

  /**
   * Does nothing for {@code TKZ_OK}; throws what the status stands for otherwise, with the
   * library's sentence as message. Call it on the thread that made the native call.
   *
   * @throws IllegalArgumentException if an argument, a shape or a workspace was refused
   * @throws UnsupportedOperationException if this build or device has no such kernel
   * @throws CudaException if CUDA failed
   */
  public static void check(int status) {
    if (status == OK) {
      return;
    }
    String message = TokenZipLibrary.tkz_last_error();
    throw switch (status) {
      case INVALID_ARGUMENT, INVALID_SHAPE, WORKSPACE_TOO_SMALL ->
          new IllegalArgumentException(message);
      case UNSUPPORTED_DTYPE, UNSUPPORTED_DEVICE, NOT_BUILT ->
          new UnsupportedOperationException(message);
      case CUDA_ERROR -> cudaException(message, TokenZipLibrary.tkz_last_cuda_error());
      default ->
          new IllegalStateException("libtokenzip failed with status " + status + ": " + message);
    };
  }

  /** Without libtorch's bindings nothing can ask the device what it can still do. */
  private static CudaException cudaException(String message, int code) {
    return Libtorch.isOnClassPath()
        ? CudaBridge.exception(message, code)
        : new CudaException(message, code, "CUDA error " + code);
  }
}
