// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where tensors live and kernels run.
 *
 * @param backend what runs the kernels
 * @param index which of the backend's devices, counted from 0
 */
public record Device(Backend backend, int index) {
  /** The processor this JVM runs on. */
  public static final Device CPU = new Device(Backend.CPU, 0);

  private static final Pattern CUDA_NAME = Pattern.compile("cuda(?::(\\d{1,3}))?");

  public Device {
    if (index < 0 || (index > 0 && backend != Backend.CUDA)) {
      throw new IllegalArgumentException(
          "device: expected index 0 for " + backend + " and 0 or more for cuda, got " + index);
    }
  }

  /**
   * Reads {@code cpu}, {@code cuda} or {@code cuda:1}. Whether the device exists is another
   * question, answered by {@link NativeContext#of}.
   *
   * @throws IllegalArgumentException for any other name
   */
  public static Device parse(String name) {
    if (name.equals("cpu")) {
      return CPU;
    }
    Matcher cuda = CUDA_NAME.matcher(name);
    if (!cuda.matches()) {
      throw new IllegalArgumentException("device: expected cpu or cuda:0, got \"" + name + "\"");
    }
    return new Device(Backend.CUDA, cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
  }

  /** The name {@link #parse} reads. */
  @Override
  public String toString() {
    return backend == Backend.CUDA ? "cuda:" + index : backend.toString();
  }
}
