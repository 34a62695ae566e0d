// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import static org.tokenzip.bind.MergingFunctions.tkz_merge_workspace;
import static org.tokenzip.kernel.Call.size;

import org.tokenzip.runtime.NativeRuntime;
import org.tokenzip.runtime.Status;

/** Workspace that the operators that add rows to targets have in common. */
public final class MergeWorkspace {
  private MergeWorkspace() {}

  /**
   * Bytes of workspace for any of these operators.
   *
   * @param batch number of pictures
   * @param entries sources of a picture, or sources times the targets of each; in a ragged batch
   *     maxTokens stands for what is ragged
   * @param targets rows of a picture that are written; likewise
   */
  public static long bytes(long batch, long entries, long targets) {
    NativeRuntime.load();
    Status.check(tkz_merge_workspace(batch, entries, targets, size()));
    return Workspace.padded(size().get());
  }
}
