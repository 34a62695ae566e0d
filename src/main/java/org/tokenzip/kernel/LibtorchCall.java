// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.tokenzip.runtime.Backend;
import org.tokenzip.runtime.Device;
import org.tokenzip.runtime.NativeContext;
import org.tokenzip.runtime.StreamScope;
import org.tokenzip.tensor.DType;
import org.tokenzip.tensor.LibtorchException;
import org.tokenzip.tensor.Tensors;

/**
 * The libtorch side of one operator call: allocates its outputs where its first argument is, and
 * frees them if the call fails.
 */
final class LibtorchCall {
  private final Device device;
  private final List<Tensor> outputs = new ArrayList<>();
  private final List<Tensor> temporaries = new ArrayList<>();

  private LibtorchCall(Device device) {
    this.device = device;
  }

  static LibtorchCall on(Device device) {
    return new LibtorchCall(device);
  }

  static LibtorchCall on(Tensor tensor) {
    return new LibtorchCall(deviceOf(tensor));
  }

  Tensor floats(long... shape) {
    return output(() -> Tensors.empty(DType.FP32, device, shape));
  }

  Tensor ints(long... shape) {
    return output(() -> Tensors.empty(ScalarType.Int, device, shape));
  }

  /** An output in the dtype of {@code tensor}, which has to be a floating-point one. */
  Tensor like(Tensor tensor, long... shape) {
    return output(() -> Tensors.emptyLike(tensor, shape));
  }

  Tensor bytes(long count) {
    return output(() -> Tensors.empty(ScalarType.Byte, device, count));
  }

  /**
   * Memory for one call, of the size its {@code workspaceBytes} names. It may be freed before the
   * stream has passed the call: libtorch's allocator hands it out again only to work behind it on
   * the same stream.
   */
  Workspace workspace(long workspaceBytes) {
    Tensor memory = bytes(workspaceBytes);
    temporaries.add(memory);
    return LibtorchView.workspace(memory);
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
   * Makes the native call, which is the only one.
   *
   * @return {@code result}, made of the outputs
   */
  <T> T returning(T result, Runnable call) {
    try {
      run(call);
      temporaries.forEach(Tensor::close);
      return result;
    } catch (RuntimeException e) {
      throw failed(e);
    }
  }

  /** Makes the native call on libtorch's current stream, where its allocator expects it. */
  void run(Runnable call) {
    if (device.backend() != Backend.CUDA) {
      call.run();
      return;
    }
    try (StreamScope stream = StreamScope.open(NativeContext.of(device).libtorchStream())) {
      call.run();
    }
  }

  /** Everything allocated so far. */
  List<Tensor> outputs() {
    return outputs;
  }

  /** Frees outputs that {@code TensorScope.own} has made independent of scopes. */
  void release() {
    outputs.forEach(Tensor::releaseReference);
    outputs.clear();
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
        ? NativeContext.of(device).outOfMemory(message)
        : wrapped;
  }

  static Device deviceOf(Tensor tensor) {
    if (!tensor.is_cuda()) {
      return Device.CPU;
    }
    try (org.bytedeco.pytorch.Device place = tensor.device()) {
      return new Device(Backend.CUDA, place.index());
    }
  }
}
