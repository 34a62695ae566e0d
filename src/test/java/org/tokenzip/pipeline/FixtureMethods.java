// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.tokenzip.compress.NoCompression;
import org.tokenzip.compress.TokenCompressor;
import org.tokenzip.compress.VisionZip;
import org.tokenzip.compress.VisionZipOptions;
import org.tokenzip.kernel.MergeMode;

/** The methods of the fixtures' {@code compress} records, with the parameters written there. */
final class FixtureMethods {
  private FixtureMethods() {}

  /** The method of a record; empty for one that this library does not have. */
  static Optional<TokenCompressor> of(String name, JsonNode parameters) {
    if (name.equals("none")) {
      return Optional.of(new NoCompression());
    }
    if (name.startsWith("visionzip_")) {
      return Optional.of(
          new VisionZip(
              new VisionZipOptions(
                  parameters.get("dominant").asInt(),
                  parameters.get("contextual").asInt(),
                  MergeMode.TARGET_PLUS_MEAN)));
    }
    return Optional.empty();
  }
}
