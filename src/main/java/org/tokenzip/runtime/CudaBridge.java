// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.bytedeco.pytorch.cuda.CUDAStream;
import org.bytedeco.pytorch.global.torch_cuda;
import org.jspecify.annotations.Nullable;

/**
 * Everything that touches classes of CUDA. Initialising one of them on the CPU natives throws, so
 * every call of this class comes after a check that the device is a CUDA device.
 */
final class CudaBridge {
  private CudaBridge() {}

  /**
   * The calling thread's current stream on a device, as libtorch sees it. It is a property of the
   * thread: ask anew for every launch. The caller closes the result.
   */
  static Pointer currentStream(int device) {
    try (CUDAStream stream = torch_cuda.getCurrentCUDAStream((byte) device)) {
      return stream.stream();
    }
  }

  /** Waits for a stream; null is the legacy default stream. */
  static void synchronize(int device, @Nullable Pointer stream) {
    int code = cudart.cudaStreamSynchronize(stream == null ? null : new CUstream_st(stream));
    if (code != cudart.cudaSuccess) {
      throw exception("A kernel launched on cuda:" + device + " failed.", code);
    }
  }

  /** The exception for a failed call, chosen by asking the device what it can still do. */
  static CudaException exception(String message, int code) {
    String name = name(code);
    String text = message + " (" + name + ", CUDA error " + code + ")";
    // Clears an error that belongs to one call; one that has destroyed the context comes back.
    cudart.cudaGetLastError();
    try (SizeTPointer free = new SizeTPointer(1);
        SizeTPointer total = new SizeTPointer(1)) {
      if (cudart.cudaMemGetInfo(free, total) != cudart.cudaSuccess) {
        return new CudaFatalException(text, code, name);
      }
      return code == cudart.cudaErrorMemoryAllocation
          ? new CudaOutOfMemoryException(text, code, name, free.get())
          : new CudaException(text, code, name);
    }
  }

  /** The exception for an allocation that failed, unless it destroyed the context. */
  static CudaException outOfMemory(String message) {
    return exception(message, cudart.cudaErrorMemoryAllocation);
  }

  private static String name(int code) {
    try (BytePointer name = cudart.cudaGetErrorName(code)) {
      return name.getString();
    }
  }
}
