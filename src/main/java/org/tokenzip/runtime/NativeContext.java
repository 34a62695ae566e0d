// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;
import org.tokenzip.bind.TokenZipLibrary;

/**
 * The native context of a device. There is one per device and process, made at the first request
 * and alive until the process ends; any number of threads may use it at once.
 *
 * <p>With the system property {@value #BACKEND_PROPERTY} set to {@code emulation}, the CPU's
 * context runs the CUDA kernels in emulation; the natives have to be built for that.
 */
public final class NativeContext {
  /** System property that replaces the CPU backend: {@code cpu} or {@code emulation}. */
  public static final String BACKEND_PROPERTY = "tokenzip.backend";

  /** System property: wait for the device after every launch, so that errors name their cause. */
  public static final String SYNC_ERRORS_PROPERTY = "tokenzip.sync-errors";

  private static final boolean SYNC_ERRORS = Boolean.getBoolean(SYNC_ERRORS_PROPERTY);
  private static final ConcurrentMap<Device, NativeContext> CONTEXTS = new ConcurrentHashMap<>();

  private final Device device;
  private final TokenZipLibrary.Context pointer;

  private NativeContext(Device device, TokenZipLibrary.Context pointer) {
    this.device = device;
    this.pointer = pointer;
  }

  /**
   * The context of {@code device}; loads the native libraries if they are not.
   *
   * @throws IllegalArgumentException if there is no such device, with the reason
   * @throws NativeLoadException if the native libraries cannot be loaded
   */
  public static NativeContext of(Device device) {
    NativeRuntime.load();
    return CONTEXTS.computeIfAbsent(
        device.backend() == Backend.CPU ? new Device(cpuBackend(), 0) : device,
        NativeContext::create);
  }

  private static NativeContext create(Device device) {
    int backend = device.backend().code();
    int count = TokenZipLibrary.tkz_device_count(backend);
    if (device.index() >= count) {
      throw new IllegalArgumentException(
          "device: expected one of the "
              + count
              + " usable "
              + device.backend()
              + " devices, got "
              + device
              + (device.backend() == Backend.CUDA && count == 0
                  ? ": " + NativeRuntime.noCudaReason()
                  : "."));
    }
    TokenZipLibrary.Context pointer = new TokenZipLibrary.Context();
    Status.check(TokenZipLibrary.tkz_ctx_create(backend, device.index(), 0, pointer));
    Status.check(TokenZipLibrary.tkz_preload(pointer));
    return new NativeContext(device, pointer);
  }

  private static Backend cpuBackend() {
    String name = System.getProperty(BACKEND_PROPERTY, "cpu");
    return switch (name) {
      case "cpu" -> Backend.CPU;
      case "emulation" -> Backend.EMULATION;
      default ->
          throw new IllegalArgumentException(
              BACKEND_PROPERTY + ": expected cpu or emulation, got \"" + name + "\"");
    };
  }

  /** The device whose kernels this context runs. */
  public Device device() {
    return device;
  }

  /** The {@code tkz_ctx}; never closed by the caller. */
  public TokenZipLibrary.Context pointer() {
    return pointer;
  }

  /**
   * The stream that a launch by the calling thread belongs on: on a CUDA device that of the
   * innermost open {@link StreamScope}, otherwise libtorch's current one, otherwise (null) CUDA's
   * legacy default stream. Null on other devices. Streams are per thread, so the result serves one
   * launch.
   */
  public @Nullable Pointer stream() {
    if (device.backend() != Backend.CUDA) {
      return null;
    }
    StreamScope scope = StreamScope.current();
    if (scope != null) {
      return scope.stream();
    }
    return Libtorch.isOnClassPath() ? libtorchStream() : null;
  }

  /** The stream on which libtorch's allocator expects what the calling thread launches. */
  public @Nullable Pointer libtorchStream() {
    return device.backend() == Backend.CUDA ? CudaBridge.currentStream(device.index()) : null;
  }

  /**
   * What to throw when the allocator of this CUDA device has no memory left.
   *
   * @param message the allocator's sentence
   */
  public CudaException outOfMemory(String message) {
    return CudaBridge.outOfMemory(message);
  }

  /**
   * Checks the status of a launch on {@link #stream()}, as {@link Status#check} does; with {@value
   * #SYNC_ERRORS_PROPERTY} also what became of it, where libtorch is there to wait with.
   */
  public void check(int status) {
    Status.check(status);
    if (SYNC_ERRORS && device.backend() == Backend.CUDA && Libtorch.isOnClassPath()) {
      CudaBridge.synchronize(device.index(), stream());
    }
  }
}
