// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.AssignmentFunctions.tkz_cosine_workspace;
import static org.tokenzip.kernel.Call.size;

import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;
import org.tokenzip.bind.AssignmentFunctions.CosineParams;
import org.tokenzip.runtime.NativeRuntime;
import org.tokenzip.runtime.Status;

/** Workspace and parameters that the cosine operators have in common. */
public final class CosineWorkspace {
  private CosineWorkspace() {}

  /**
   * Bytes of workspace for any of the cosine operators.
   *
   * @param tokens X [B, n, d]
   * @param others Y [B, m, d], or null where Y is X
   */
  public static long bytes(
      @Nullable Ragged ragged, NativeTensor tokens, @Nullable NativeTensor others) {
    NativeRuntime.load();
    Status.check(
        tkz_cosine_workspace(
            Ragged.pictures(ragged, tokens.size(0)),
            tokens.size(0) * tokens.size(1),
            others == null ? 0 : others.size(0) * others.size(1),
            tokens.size(2),
            size()));
    return Workspace.padded(size().get());
  }

  static CosineParams parameters(boolean centred) {
    return Call.struct(CosineParams.class, CosineParams::new)
        .size(Pointer.sizeof(CosineParams.class))
        .centred(centred ? 1 : 0);
  }
}
