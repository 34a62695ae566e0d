// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.tensor;

import org.bytedeco.openblas.global.openblas_full;
import org.bytedeco.pytorch.global.torch;
import org.tokenzip.runtime.NativeRuntime;

/**
 * Threads that one operator may use, for the whole process. There are two pools: OpenMP's, which
 * libtorch and our kernels share, and that of the matrix products in OpenBLAS.
 */
public final class Threads {
  /** More than any machine has cores; their stacks still fit into memory. */
  private static final int MOST = 1024;

  private Threads() {}

  /**
   * Limits both pools. Call it on the thread that will compute, before it does.
   *
   * @throws IllegalArgumentException if {@code count} is not from 1 to 1024
   */
  public static void limit(int count) {
    if (count < 1 || count > MOST) {
      throw new IllegalArgumentException("threads: expected 1 to " + MOST + ", got " + count);
    }
    NativeRuntime.load();
    torch.set_num_threads(count);
    openblas_full.openblas_set_num_threads(count);
  }
}
