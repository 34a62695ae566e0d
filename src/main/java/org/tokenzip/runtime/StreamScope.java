// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The CUDA stream that a thread's launches on plain memory go to while the scope is open, for
 * callers whose streams are not libtorch's. Without an open scope they go to libtorch's current
 * stream, or to CUDA's legacy default stream in a process without libtorch.
 *
 * <p>A scope belongs to the thread that opened it, and scopes close in reverse order of opening:
 * use try-with-resources. Operators on libtorch tensors always use libtorch's current stream.
 */
public final class StreamScope implements AutoCloseable {
  private static final ThreadLocal<@Nullable StreamScope> CURRENT = new ThreadLocal<>();

  private final @Nullable Pointer stream;
  private final @Nullable StreamScope enclosing;

  private StreamScope(@Nullable Pointer stream, @Nullable StreamScope enclosing) {
    this.stream = stream;
    this.enclosing = enclosing;
  }

  /**
   * Opens a scope on the calling thread.
   *
   * @param stream a {@code cudaStream_t} of the device that is launched on, borrowed; null is the
   *     legacy default stream
   */
  public static StreamScope open(@Nullable Pointer stream) {
    StreamScope scope = new StreamScope(stream, CURRENT.get());
    CURRENT.set(scope);
    return scope;
  }

  /** The innermost scope that the calling thread has open. */
  static @Nullable StreamScope current() {
    return CURRENT.get();
  }

  @Nullable Pointer stream() {
    return stream;
  }

  @Override
  public void close() {
    if (CURRENT.get() != this) {
      throw new IllegalStateException(
          "a StreamScope is closed by the thread that opened it, the innermost one first");
    }
    if (enclosing == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(enclosing);
    }
  }
}
