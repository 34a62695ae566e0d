// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
import org.tokenzip.bind.TokenZipLibrary.Context;
import org.tokenzip.bind.TokenZipLibrary.TkzTensor;
import org.tokenzip.runtime.Backend;
import org.tokenzip.runtime.Device;
import org.tokenzip.runtime.NativeContext;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.DTypes;
import org.tokenzip.tensor.LibtorchException;
import org.tokenzip.tensor.Shapes;
import org.tokenzip.tensor.Tensors;

/** One native call on the device of its first argument, and the outputs allocated for it. */
final class Launch {
  private static final long WORKSPACE_ALIGNMENT = 256;

  private final Device memory;
  private final NativeContext context;
  private final List<Tensor> outputs = new ArrayList<>();

  private Launch(Device memory) {
    this.memory = memory;
    this.context = NativeContext.of(memory);
  }

  /** A launch where {@code tensor} is; its elements must be of a floating-point format. */
  static Launch on(Tensor tensor, String name) {
    Launch launch = new Launch(deviceOf(tensor));
    launch.require(tensor, name);
    return launch;
  }

  /**
   * Checks that {@code tensor} is on this device, floating-point, and dense in its last dimension.
   */
  Launch require(Tensor tensor, String name) {
    Device device = deviceOf(tensor);
    if (!device.equals(memory)) {
      throw new IllegalArgumentException(name + ": expected device " + memory + ", got " + device);
    }
    DTypes.of(tensor, name);
    int last = (int) tensor.dim() - 1;
    if (tensor.size(last) > 1 && tensor.stride(last) != 1) {
      throw new IllegalArgumentException(
          name + ": expected stride 1 in the last dimension, got " + tensor.stride(last));
    }
    return this;
  }

  /** As {@link #require(Tensor, String)}, and of the dtype of {@code like}. */
  Launch require(Tensor tensor, String name, Tensor like) {
    require(tensor, name);
    DTypes.require(tensor, name, DTypes.of(like, name));
    return this;
  }

  /** As {@link #require(Tensor, String)}, and fp32. */
  Launch requireFloats(Tensor tensor, String name) {
    require(tensor, name);
    DTypes.require(tensor, name, DType.FP32);
    return this;
  }

  /** As {@link #requireFloats}, and without gaps. */
  Launch requireDenseFloats(Tensor tensor, String name) {
    requireFloats(tensor, name);
    if (!tensor.is_contiguous()) {
      throw new IllegalArgumentException(
          name
              + ": expected a contiguous tensor, got a strided view of shape "
              + Shapes.text(tensor.shape()));
    }
    return this;
  }

  Tensor floats(long... shape) {
    return output(() -> Tensors.empty(DType.FP32, memory, shape));
  }

  Tensor like(Tensor tensor, long... shape) {
    return output(() -> Tensors.emptyLike(tensor, shape));
  }

  Tensor ints(long... shape) {
    return output(() -> Tensors.empty(ScalarType.Int, memory, shape));
  }

  private Tensor output(Supplier<Tensor> allocation) {
    try {
      Tensor output = allocation.get();
      outputs.add(output);
      return output;
    } catch (RuntimeException e) {
      throw failed(e);
    }
  }

  /**
   * Closes the outputs, which nobody will get.
   *
   * @return what to throw because of {@code failure}
   */
  RuntimeException failed(RuntimeException failure) {
    outputs.forEach(Tensor::close);
    outputs.clear();
    RuntimeException wrapped = LibtorchException.wrap(failure);
    String message = String.valueOf(wrapped.getMessage());
    return wrapped instanceof LibtorchException && message.startsWith("CUDA out of memory")
        ? context.outOfMemory(message)
        : wrapped;
  }

  /** Memory for {@code count} bytes, aligned as workspaces have to be; freed with the scope. */
  Tensor workspace(long count) {
    Tensor padded = Tensors.empty(ScalarType.Byte, memory, count + WORKSPACE_ALIGNMENT);
    return padded.narrow(0, -padded.data_ptr().address() & (WORKSPACE_ALIGNMENT - 1), count);
  }

  Context context() {
    return context.pointer();
  }

  @Nullable Pointer stream() {
    return context.stream();
  }

  /** Whether the call is still running when it returns. */
  boolean isAsynchronous() {
    return context.device().backend() == Backend.CUDA;
  }

  void check(int status) {
    context.check(status);
  }

  /** The native view of {@code tensor}; freed with the scope open around it. */
  static TkzTensor view(Tensor tensor) {
    int rank = (int) tensor.dim();
    TkzTensor view = new TkzTensor();
    view.data(tensor.data_ptr()).dtype(DTypes.code(tensor)).ndim(rank);
    for (int i = 0; i < rank; i++) {
      view.shape(i, tensor.size(i)).stride(i, tensor.stride(i));
    }
    return view;
  }

  private static Device deviceOf(Tensor tensor) {
    if (!tensor.is_cuda()) {
      return Device.CPU;
    }
    try (org.bytedeco.pytorch.Device place = tensor.device()) {
      return new Device(Backend.CUDA, place.index());
    }
  }
}
