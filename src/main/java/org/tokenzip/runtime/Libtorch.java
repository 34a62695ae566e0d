// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/**
 * libtorch, where it is there. Projects with another tensor library use the operators on plain
 * memory and leave its jars out.
 */
final class Libtorch {
  private static final boolean ON_CLASS_PATH =
      Libtorch.class.getResource("/org/bytedeco/pytorch/global/torch.class") != null;

  private Libtorch() {}

  /** Whether the class path has its classes; only then may {@link #load} be called. */
  static boolean isOnClassPath() {
    return ON_CLASS_PATH;
  }

  static void load() {
    Loader.load(torch.class);
  }
}
