// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.DecoderReduction;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.model.LlavaModel;

/** What a method does inside the language model while it reads one prompt. */
final class InsideDecoder {
  private InsideDecoder() {}

  /**
   * The method at work in a prompt.
   *
   * @param pictures of the prompt
   * @return null if it does not act there or there is nothing to see
   * @throws IllegalArgumentException if it acts there and there are several pictures, whose tokens
   *     are not side by side
   */
  static @Nullable DecoderReduction of(TokenCompressor method, LlavaModel model, int pictures) {
    DecoderReduction reduction =
        pictures == 0 ? null : method.insideDecoder(model.decoder().shape());
    if (reduction != null && pictures > 1) {
      throw new IllegalArgumentException(
          method.name()
              + ": expected one picture or clip in a conversation, since it chooses among one"
              + " unbroken block of visual tokens when the language model first reads them, got "
              + pictures);
    }
    return reduction;
  }

  /** Refuses as {@link #of} does, before anything is read. */
  static void require(TokenCompressor method, LlavaModel model, int pictures) {
    of(method, model, pictures);
  }
}
