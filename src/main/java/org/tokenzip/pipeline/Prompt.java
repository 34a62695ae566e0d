// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.util.Arrays;

/**
 * A prompt as the decoder sees it.
 *
 * @param ids one per position; a picture's placeholder stands once per visual token
 * @param visual positions of those placeholders, ascending
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never shared or compared
record Prompt(long[] ids, long[] visual) {
  int length() {
    return ids.length;
  }

  /** Number of visual tokens before {@code position}. */
  int visualBefore(int position) {
    int found = Arrays.binarySearch(visual, position);
    return found >= 0 ? found : -found - 1;
  }
}
