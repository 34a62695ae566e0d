// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;
import org.tokenzip.runtime.Backend;
import org.tokenzip.runtime.Device;
import org.tokenzip.runtime.NativeRuntime;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.Tensors;

/**
 * Turns the bytes of a file into a libtorch tensor: in place where type and device allow, else
 * through a small staging buffer, so that a conversion never holds the stored bytes as a whole.
 */
final class TensorLoader {
  private static final int STAGING_BYTES = 16 << 20;

  private TensorLoader() {}

  /**
   * The checked values of {@code info} as {@code dtype} on {@code device}; the caller closes it.
   */
  static Tensor load(SafetensorsFile file, TensorInfo info, DType dtype, Device device) {
    NativeRuntime.load();
    DType stored = storedType(file, info);
    FiniteScan scan = FiniteScan.of(stored, dtype);
    if (stored == dtype && device.backend() != Backend.CUDA && isAligned(info)) {
      ByteBuffer mapped = file.map(info);
      if (mapped != null) {
        requireFinite(scan.firstBad(mapped), 0, file, info, dtype);
        return view(mapped, stored, info.dims());
      }
    }
    return copy(file, info, stored, dtype, device, scan);
  }

  private static Tensor copy(
      SafetensorsFile file,
      TensorInfo info,
      DType stored,
      DType dtype,
      Device device,
      FiniteScan scan) {
    Tensor target = Tensors.empty(dtype, device, info.dims());
    try (Tensor flat = target.view(-1)) {
      int capacity = (int) Math.min(STAGING_BYTES, info.length());
      ByteBuffer staging = ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
      for (long at = 0; at < info.length(); at += capacity) {
        staging.clear().limit((int) Math.min(capacity, info.length() - at));
        file.read(info, at, staging);
        staging.flip();
        long first = at / stored.bytes();
        long count = staging.limit() / stored.bytes();
        requireFinite(scan.firstBad(staging), first, file, info, dtype);
        try (Tensor source = view(staging, stored, count);
            Tensor part = flat.narrow(0, first, count);
            Tensor written = part.copy_(source)) {
          assert written.numel() == count;
        }
      }
      return target;
    } catch (RuntimeException e) {
      target.close();
      throw e;
    }
  }

  private static Tensor view(ByteBuffer bytes, DType dtype, long... shape) {
    try (BytePointer memory = new BytePointer(bytes)) {
      return Tensors.view(memory, dtype.scalarType(), shape);
    }
  }

  private static boolean isAligned(TensorInfo info) {
    return info.offset() % info.type().bytes() == 0;
  }

  private static DType storedType(SafetensorsFile file, TensorInfo info) {
    return switch (info.type()) {
      case F32 -> DType.FP32;
      case F16 -> DType.FP16;
      case BF16 -> DType.BF16;
      default ->
          throw new CheckpointException(
              String.format(
                  "%s: tensor '%s' must be F32, F16 or BF16, got %s",
                  file.path(), info.name(), info.type()));
    };
  }

  private static void requireFinite(
      long bad, long first, SafetensorsFile file, TensorInfo info, DType dtype) {
    if (bad >= 0) {
      throw new CheckpointException(
          String.format(
              "%s: tensor '%s' of shape %s must be finite in %s, got NaN, infinity or an overflow"
                  + " at element %d",
              file.path(), info.name(), Arrays.toString(info.dims()), dtype, first + bad));
    }
  }
}
