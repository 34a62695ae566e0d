// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import java.io.IOException;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.bytedeco.javacpp.Loader;

/**
 * JavaCPP's cache of natives, filled completely before the first library is loaded.
 *
 * <p>Left to itself the loader extracts one library at a time, just before it loads it. {@code
 * libtorch.so} then finds no {@code libtorch_cpu.so} beside it on a fresh machine, and the process
 * dies.
 */
final class NativeCache {
  private NativeCache() {}

  /**
   * Runs {@code load} with every native of {@code flavour} in the cache. Other processes that come
   * here meanwhile wait: they would otherwise see half-written files, and links that are being
   * replaced.
   */
  static void whileFilled(Flavour flavour, Runnable load) throws IOException {
    Path lockFile = Loader.getCacheDir().toPath().resolve(".tokenzip.lock");
    try (FileChannel channel =
        FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.lock(); // Released with the channel.
      extract("/org/bytedeco/openblas/" + Flavour.PLATFORM + "/");
      extract("/org/bytedeco/pytorch/" + flavour.classifier() + "/");
      extract("/org/tokenzip/bind/" + flavour.classifier() + "/");
      if (flavour == Flavour.GPU) {
        extract("/org/bytedeco/cuda/" + Flavour.PLATFORM + "/");
      }
      load.run();
    }
  }

  /**
   * Extracts a directory of a jar. Each file is compared by size and time with its entry, so what a
   * killed process left behind is written anew. Directories on the class path are used in place.
   */
  private static void extract(String directory) throws IOException {
    URL url = NativeCache.class.getResource(directory);
    if (url != null && url.getProtocol().equals("jar")) {
      Loader.cacheResource(url);
    }
  }
}
