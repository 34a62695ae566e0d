// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.text;

import java.io.IOException;
import org.bytedeco.javacpp.Loader;

/**
 * Everything DJL reads from the environment before its first class runs. An environment variable of
 * the same name wins over these properties, as everywhere in DJL.
 */
final class DjlSwitches {
  private DjlSwitches() {}

  /** Idempotent; has to run before any class of DJL is initialised. */
  static void set() {
    // Offline: no look for a cloud metadata service, no telemetry, no download of other natives.
    setIfAbsent("ai.djl.offline", "true");
    setIfAbsent("OPT_OUT_TRACKING", "true");
    // On a machine with a GPU DJL would otherwise ask for a CUDA build of its tokenizer.
    setIfAbsent("RUST_FLAVOR", "cpu");
    setIfAbsent("ENGINE_CACHE_DIR", nativeCache());
    // It counts GPUs all the same, and warns about drivers it has no use for.
    setIfAbsent("org.slf4j.simpleLogger.log.ai.djl", "error");
  }

  /** JavaCPP's cache, so that all extracted natives share one place and one property. */
  private static String nativeCache() {
    try {
      return Loader.getCacheDir().toPath().resolve("djl").toString();
    } catch (IOException e) {
      throw new TokenizerException(
          "no directory to extract the tokenizer's native library to: " + e.getMessage(), e);
    }
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
