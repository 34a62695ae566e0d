// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

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
    locked(
        () -> {
          extract("/org/bytedeco/openblas/" + Flavour.PLATFORM + "/");
          extract("/org/bytedeco/pytorch/" + flavour.classifier() + "/");
          extractExactly("/org/tokenzip/bind/" + flavour.classifier() + "/");
          if (flavour == Flavour.GPU) {
            extract("/org/bytedeco/cuda/" + Flavour.PLATFORM + "/");
          }
          load.run();
        });
  }

  /** As above, for the natives in one directory of the class path. */
  static void whileFilled(String directory, Runnable load) throws IOException {
    locked(
        () -> {
          extract(directory);
          load.run();
        });
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void locked(Work work) throws IOException {
    Path lockFile = Loader.getCacheDir().toPath().resolve(".tokenzip.lock");
    try (FileChannel channel =
        FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.lock(); // Released with the channel.
      work.run();
    }
  }

  /**
   * Extracts a directory of a jar. Each file is compared by size and time with its entry, so what a
   * killed process left behind is written anew. Directories on the class path are used in place.
   */
  private static void extract(String directory) throws IOException {
    URL url = NativeCache.class.getResource(directory);
    if (isInJar(url)) {
      Loader.cacheResource(url);
    }
  }

  private static void extractExactly(String directory) throws IOException {
    URL url = NativeCache.class.getResource(directory);
    if (isInJar(url)) {
      extractExactly(url);
    }
  }

  /**
   * Extracts a directory of a jar and compares each file's bytes too. Entries of a reproducible
   * build all have the same time, and a library that was built again may well have the same size.
   *
   * @param directory a {@code jar:} URL that ends in a slash
   * @return where the files are
   */
  static Path extractExactly(URL directory) throws IOException {
    Path cache = Loader.cacheResource(directory).toPath();
    JarURLConnection connection = (JarURLConnection) directory.openConnection();
    JarFile jar = connection.getJarFile(); // Shared by all who read from it: not closed here.
    String prefix = connection.getEntryName();
    boolean stale = false;
    for (JarEntry entry : Collections.list(jar.entries())) {
      if (!entry.isDirectory() && entry.getName().startsWith(prefix)) {
        Path file = cache.resolve(entry.getName().substring(prefix.length()));
        try (InputStream expected = jar.getInputStream(entry)) {
          if (!Arrays.equals(expected.readAllBytes(), Files.readAllBytes(file))) {
            // Never overwritten: another process may be running on it.
            Files.delete(file);
            stale = true;
          }
        }
      }
    }
    if (stale) {
      Loader.cacheResource(directory);
    }
    return cache;
  }

  private static boolean isInJar(@Nullable URL url) {
    return url != null && url.getProtocol().equals("jar");
  }
}
