// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
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

  /** Any tensor as it is stored, unchecked, on the CPU; the caller closes it. */
  static Tensor load(SafetensorsFile file, TensorInfo info) {
    NativeRuntime.load();
    ScalarType type = scalarType(file, info);
    ByteBuffer mapped = mapAligned(file, info);
    return mapped != null
        ? view(mapped, type, info.dims())
        : copy(file, info, type, Tensors.empty(type, Device.CPU, info.dims()), null);
  }

  /** A parameter as finite {@code dtype} values on {@code device}; the caller closes it. */
  static Tensor load(SafetensorsFile file, TensorInfo info, DType dtype, Device device) {
    NativeRuntime.load();
    DType stored = storedType(file, info);
    FiniteScan scan = FiniteScan.of(stored, dtype);
    if (stored == dtype && device.backend() != Backend.CUDA) {
      ByteBuffer mapped = mapAligned(file, info);
      if (mapped != null) {
        requireFinite(scan, mapped, 0, file, info);
        return view(mapped, stored.scalarType(), info.dims());
      }
    }
    Tensor target = Tensors.empty(dtype, device, info.dims());
    return copy(file, info, stored.scalarType(), target, scan);
  }

  /** Fills {@code target} and returns it; closes it on failure. */
  private static Tensor copy(
      SafetensorsFile file,
      TensorInfo info,
      ScalarType stored,
      Tensor target,
      @Nullable FiniteScan scan) {
    int size = info.type().bytes();
    int capacity = (int) Math.min(STAGING_BYTES, info.length());
    // Not a buffer of the JVM: those pile up by the gigabyte until the collector runs.
    try (Tensor flat = target.view(-1);
        BytePointer memory = new BytePointer(capacity)) {
      ByteBuffer staging = memory.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      for (long at = 0; at < info.length(); at += capacity) {
        staging.clear().limit((int) Math.min(capacity, info.length() - at));
        file.read(info, at, staging);
        staging.flip();
        if (scan != null) {
          requireFinite(scan, staging, at / size, file, info);
        }
        long count = staging.limit() / size;
        try (Tensor source = view(staging, stored, count);
            Tensor part = flat.narrow(0, at / size, count)) {
          part.copy_(source).close();
        }
      }
      return target;
    } catch (RuntimeException e) {
      target.close();
      throw e;
    }
  }

  private static @Nullable ByteBuffer mapAligned(SafetensorsFile file, TensorInfo info) {
    return info.offset() % info.type().bytes() == 0 ? file.map(info) : null;
  }

  private static Tensor view(ByteBuffer bytes, ScalarType type, long... shape) {
    try (BytePointer memory = new BytePointer(bytes)) {
      return Tensors.view(memory, type, shape);
    }
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

  private static ScalarType scalarType(SafetensorsFile file, TensorInfo info) {
    return switch (info.type()) {
      case BOOL -> ScalarType.Bool;
      case U8 -> ScalarType.Byte;
      case I8 -> ScalarType.Char;
      case I16 -> ScalarType.Short;
      case I32 -> ScalarType.Int;
      case I64 -> ScalarType.Long;
      case F16 -> ScalarType.Half;
      case BF16 -> ScalarType.BFloat16;
      case F32 -> ScalarType.Float;
      case F64 -> ScalarType.Double;
      default ->
          throw new CheckpointException(
              String.format(
                  "%s: tensor '%s' must have a type that libtorch computes with, got %s",
                  file.path(), info.name(), info.type()));
    };
  }

  private static void requireFinite(
      FiniteScan scan, ByteBuffer values, long first, SafetensorsFile file, TensorInfo info) {
    int bad = scan.firstBad(values);
    if (bad >= 0) {
      throw new CheckpointException(
          String.format(
              "%s: tensor '%s' must hold numbers that are finite in %s, got %s at element %d",
              file.path(), info.name(), scan.wanted(), scan.value(values, bad), first + bad));
    }
  }
}
