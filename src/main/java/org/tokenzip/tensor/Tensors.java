// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.tensor;

import java.util.function.Consumer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.tokenzip.runtime.Backend;
import org.tokenzip.runtime.Device;
import org.tokenzip.runtime.NativeRuntime;

/**
 * Tensors from Java values and back. Every returned tensor belongs to the caller or to the
 * innermost open {@link TensorScope}; sizes whose product does not fit the given data are refused
 * with {@link IllegalArgumentException}.
 */
public final class Tensors {
  private static final Device HOST = new Device(Backend.CPU, 0);

  static {
    NativeRuntime.load();
  }

  private Tensors() {}

  /** Uninitialised memory for {@code shape} elements of {@code dtype} on {@code device}. */
  public static Tensor empty(DType dtype, Device device, long... shape) {
    return empty(dtype.scalarType(), device, shape);
  }

  /** As {@link #empty(DType, Device, long...)}, for any element type. */
  public static Tensor empty(ScalarType type, Device device, long... shape) {
    if (device.backend() != Backend.CUDA) {
      return emptyOnHost(type, shape);
    }
    try (org.bytedeco.pytorch.Device place = libtorchDevice(device)) {
      return empty(type, place, shape);
    }
  }

  /** Uninitialised memory of the dtype and device of {@code like}, in another shape. */
  public static Tensor emptyLike(Tensor like, long... shape) {
    if (!like.is_cuda()) {
      return emptyOnHost(like.scalar_type(), shape);
    }
    try (org.bytedeco.pytorch.Device place = like.device()) {
      return empty(like.scalar_type(), place, shape);
    }
  }

  /** Copies {@code values}, in row-major order, into an fp32 tensor on the CPU. */
  public static Tensor of(float[] values, long... shape) {
    requireCount(values.length, shape);
    Tensor tensor = empty(DType.FP32, HOST, shape);
    if (values.length == 0) {
      return tensor; // without memory to write to
    }
    try (Pointer data = tensor.data_ptr();
        FloatPointer floats = new FloatPointer(data)) {
      floats.put(values, 0, values.length);
    }
    return tensor;
  }

  /** Copies {@code values}, in row-major order, into an int64 tensor on the CPU. */
  public static Tensor of(long[] values, long... shape) {
    requireCount(values.length, shape);
    Tensor tensor = empty(ScalarType.Long, HOST, shape);
    if (values.length == 0) {
      return tensor;
    }
    try (Pointer data = tensor.data_ptr();
        LongPointer longs = new LongPointer(data)) {
      longs.put(values, 0, values.length);
    }
    return tensor;
  }

  /** As {@link #of(float[], long...)}, one dimension. */
  public static Tensor vector(float... values) {
    return of(values, values.length);
  }

  /** As {@link #of(long[], long...)}, one dimension. */
  public static Tensor vector(long... values) {
    return of(values, values.length);
  }

  /**
   * A contiguous CPU tensor over memory that somebody else owns: nothing is copied, and {@code
   * memory} has to stay valid for as long as the tensor or a view of it is used.
   */
  public static Tensor view(Pointer memory, ScalarType type, long... shape) {
    try (TensorOptions options = new TensorOptions(type)) {
      return torch.from_blob(memory, shape, options);
    }
  }

  /** The elements in row-major order, converted to float; synchronises with the device. */
  public static float[] toFloatArray(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.numel())];
    read(tensor, ScalarType.Float, data -> new FloatPointer(data).get(values));
    return values;
  }

  /** The elements in row-major order, converted to long; synchronises with the device. */
  public static long[] toLongArray(Tensor tensor) {
    long[] values = new long[Math.toIntExact(tensor.numel())];
    read(tensor, ScalarType.Long, data -> new LongPointer(data).get(values));
    return values;
  }

  /** The elements of an int32 tensor of any place, in row-major order. */
  public static int[] toIntArray(Tensor tensor) {
    int[] values = new int[Math.toIntExact(tensor.numel())];
    read(tensor, ScalarType.Int, data -> new IntPointer(data).get(values));
    return values;
  }

  /** {@code tensor} in another dtype and place; the same memory if it is there already. */
  public static Tensor to(Tensor tensor, DType dtype, Device device) {
    try (org.bytedeco.pytorch.Device place = libtorchDevice(device)) {
      return tensor.to(place, dtype.scalarType());
    }
  }

  /** {@code tensor} in another place; the same memory if it is there already. */
  public static Tensor to(Tensor tensor, Device device) {
    try (org.bytedeco.pytorch.Device place = libtorchDevice(device)) {
      return tensor.to(place, tensor.scalar_type());
    }
  }

  /** The tensors one after another along {@code dimension}. */
  public static Tensor concat(long dimension, Tensor... parts) {
    try (TensorVector vector = new TensorVector(parts)) {
      return torch.cat(vector, dimension);
    }
  }

  /** Where libtorch keeps the memory of {@code device}; emulated kernels work on CPU memory. */
  public static org.bytedeco.pytorch.Device libtorchDevice(Device device) {
    return device.backend() == Backend.CUDA
        ? new org.bytedeco.pytorch.Device(DeviceType.CUDA, (byte) device.index())
        : new org.bytedeco.pytorch.Device(DeviceType.CPU);
  }

  /** Spells out no device: making one costs more than a small tensor's memory. */
  private static Tensor emptyOnHost(ScalarType type, long... shape) {
    try (TensorOptions options = new TensorOptions(type)) {
      return torch.empty(shape, options, null);
    }
  }

  private static Tensor empty(ScalarType type, org.bytedeco.pytorch.Device place, long... shape) {
    try (TensorOptions plain = new TensorOptions(type);
        DeviceOptional optionalPlace = new DeviceOptional(place);
        TensorOptions options = plain.device(optionalPlace)) {
      return torch.empty(shape, options, null);
    }
  }

  /**
   * Hands the elements to {@code copy}, row-major and as {@code type}; not if there are none, which
   * have no memory either. Asks libtorch for a copy only where they do not lie like that already.
   */
  private static void read(Tensor tensor, ScalarType type, Consumer<Pointer> copy) {
    if (tensor.numel() == 0) {
      return;
    }
    if (!tensor.is_cuda() && DTypes.scalarType(tensor) == type && tensor.is_contiguous()) {
      try (Pointer data = tensor.data_ptr()) {
        copy.accept(data);
      }
      return;
    }
    try (org.bytedeco.pytorch.Device cpu = new org.bytedeco.pytorch.Device(DeviceType.CPU);
        Tensor converted = tensor.to(cpu, type);
        Tensor host = converted.contiguous();
        Pointer data = host.data_ptr()) {
      copy.accept(data);
    }
  }

  private static void requireCount(int given, long[] shape) {
    long expected = 1;
    for (long extent : shape) {
      expected = Math.multiplyExact(expected, extent);
    }
    if (given != expected) {
      throw new IllegalArgumentException(
          "values: expected " + expected + " for shape " + Shapes.text(shape) + ", got " + given);
    }
  }
}
