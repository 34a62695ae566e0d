// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.image.RgbImage;

/**
 * A question, as a rule about a picture.
 *
 * @param image null for a question about nothing but itself
 * @param question what is asked
 * @param compressor null for the pipeline's own
 */
public record Request(
    @Nullable RgbImage image, String question, @Nullable TokenCompressor compressor) {

  /** A question about a picture, with the pipeline's compressor. */
  public static Request of(RgbImage image, String question) {
    return new Request(image, question, null);
  }

  /** The same request with another compressor. */
  public Request with(TokenCompressor other) {
    return new Request(image, question, other);
  }
}
