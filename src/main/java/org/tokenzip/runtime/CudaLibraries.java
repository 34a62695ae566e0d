// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Loader;

/**
 * The libraries outside our jars that the GPU flavour needs before anything of it can be loaded.
 */
final class CudaLibraries {
  /** The driver first: without it no other matters. */
  static final List<String> SONAMES =
      List.of(
          "libcuda.so.1",
          "libcudart.so.13",
          "libcublas.so.13",
          "libcublasLt.so.13",
          "libcudnn.so.9",
          "libcusparse.so.12",
          "libcufft.so.12",
          "libcurand.so.10",
          "libcufile.so.0",
          "libnccl.so.2",
          "libcusolver.so.12");

  private static final String BUNDLE = "/org/bytedeco/cuda/" + Flavour.PLATFORM + "/";

  private CudaLibraries() {}

  /**
   * The sonames that neither the class path nor the system's dynamic linker can provide. Our own
   * library needs the driver alone, the others are libtorch's.
   */
  static List<String> missing() {
    List<String> missing = new ArrayList<>();
    for (String soname : Libtorch.isOnClassPath() ? SONAMES : SONAMES.subList(0, 1)) {
      if (CudaLibraries.class.getResource(BUNDLE + soname) == null && !opens(soname)) {
        missing.add(soname);
      }
    }
    return missing;
  }

  /** Asks the dynamic linker itself: no list of directories would match what it does later. */
  private static boolean opens(String soname) {
    try {
      Loader.loadGlobal(soname);
      return true;
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }
}
