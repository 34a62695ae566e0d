// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.kernel;

import java.util.stream.IntStream;
import org.tokenzip.runtime.NonFiniteInputException;

/**
 * The flags that operators leave for pictures with a NaN or infinity where it decides something.
 */
final class NonFinite {
  private NonFinite() {}

  static void require(int[] flags) {
    int[] images = IntStream.range(0, flags.length).filter(b -> flags[b] != 0).toArray();
    if (images.length > 0) {
      throw new NonFiniteInputException(
          "Expected finite values where they decide which tokens are kept, got a NaN or an infinity"
              + " in image "
              + images[0]
              + " of "
              + flags.length
              + (images.length > 1 ? " and in " + (images.length - 1) + " more." : "."));
    }
  }
}
