// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.image.RgbImage;

/**
 * A question, as a rule about a picture.
 *
 * @param visuals what it is about: pictures and clips; empty for a question about nothing but
 *     itself
 * @param question what is asked
 * @param compressor null for the pipeline's own
 */
public record Request(List<Visual> visuals, String question, @Nullable TokenCompressor compressor) {
  public Request {
    visuals = List.copyOf(visuals);
  }

  /** A question about a picture, with the pipeline's compressor. */
  public static Request of(RgbImage image, String question) {
    return of(List.of(new Visual.Picture(image)), question);
  }

  /** A question about pictures and clips, with the pipeline's compressor. */
  public static Request of(List<? extends Visual> visuals, String question) {
    return new Request(List.copyOf(visuals), question, null);
  }

  /** The same request with another compressor. */
  public Request with(@Nullable TokenCompressor other) {
    return new Request(visuals, question, other);
  }
}
