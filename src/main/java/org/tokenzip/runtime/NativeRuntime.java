// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;
import org.tokenzip.bind.TokenZipLibrary;

/**
 * Loads libtorch and our library, once per process. Everything native comes after {@link #load()}.
 *
 * <p>Where the class path has no classes of libtorch, our library is loaded alone: it and JavaCPP
 * are all that the operators need on plain memory.
 *
 * <p>The flavour is that of the natives on the class path, or the one that the system property
 * {@value #FLAVOUR_PROPERTY} names. Where both are present the GPU is taken if its libraries are.
 */
public final class NativeRuntime {
  /** System property that names the flavour: {@code cpu} or {@code gpu}. */
  public static final String FLAVOUR_PROPERTY = "tokenzip.flavour";

  private static final String OPENMP = "libgomp.so.1";
  private static final String EXTENSION_PROPERTY = "org.bytedeco.javacpp.platform.extension";

  private static @Nullable Flavour loaded;

  private NativeRuntime() {}

  /**
   * Loads the native libraries; does nothing if they are loaded. Safe from any thread, and for
   * several processes that share one cache.
   *
   * @return the flavour in use
   * @throws NativeLoadException if they cannot be loaded
   */
  public static synchronized Flavour load() {
    if (loaded == null) {
      MemoryLimits.lift(); // Before anything else: to look for libraries initialises JavaCPP.
      loaded = load(chooseFlavour());
      if (Libtorch.isOnClassPath()) {
        MemoryLimits.warnIfInForce(); // Operators alone take their memory from the caller.
      }
      Log.info("Loaded natives " + loaded.classifier() + ": " + TokenZipLibrary.tkz_build_info());
    }
    return loaded;
  }

  /**
   * Loads further libraries of JavaCPP's presets, in the same way: all that lies in their directory
   * is in the cache before the first of them is loaded.
   *
   * @param directory of the class path, with a slash at both ends
   * @param load loads them
   * @throws NativeLoadException if they or our own cannot be loaded
   */
  public static synchronized void loadBeside(String directory, Runnable load) {
    load(); // Ours first: what JavaCPP reads of its settings it reads once.
    try {
      NativeCache.whileFilled(directory, load);
    } catch (IOException e) {
      throw notUnpacked(directory, e);
    } catch (LinkageError e) {
      throw new NativeLoadException("The natives " + directory + " cannot be loaded: " + e, e);
    }
  }

  /** Describes the process; loads the libraries if they are not, and reports a failure to. */
  public static synchronized RuntimeReport report() {
    String problem = null;
    try {
      load();
    } catch (NativeLoadException e) {
      problem = e.getMessage();
    }
    boolean usable = loaded != null;
    int devices = usable ? TokenZipLibrary.tkz_device_count(Backend.CUDA.code()) : 0;
    return new RuntimeReport(
        loaded,
        problem,
        versions(),
        libraries(),
        usable ? TokenZipLibrary.tkz_build_info() : "",
        Machine.cpuFeatures(),
        devices,
        devices > 0 ? null : noCudaReason());
  }

  /** One sentence: why no CUDA device can be used in this process. */
  static synchronized String noCudaReason() {
    if (loaded == Flavour.GPU) {
      TokenZipLibrary.tkz_device_count(Backend.CUDA.code());
      String reason = TokenZipLibrary.tkz_last_error();
      return reason.isEmpty() ? "The CUDA driver reports no device." : reason;
    }
    List<String> missing = CudaLibraries.missing();
    return "A GPU needs the natives "
        + Flavour.GPU.classifier()
        + ", and this process runs on "
        + (loaded == null ? "none" : loaded.classifier())
        + "."
        + (missing.isEmpty() ? "" : " " + missingLibraries(missing));
  }

  private static @Nullable Flavour askedFlavour() {
    String name = System.getProperty(FLAVOUR_PROPERTY, "");
    try {
      return name.isEmpty() ? null : Flavour.parse(name);
    } catch (IllegalArgumentException e) {
      throw new NativeLoadException(
          "The system property " + FLAVOUR_PROPERTY + " names no " + e.getMessage(), e);
    }
  }

  private static Flavour chooseFlavour() {
    if (!Loader.getPlatform().equals(Flavour.PLATFORM)) {
      throw new NativeLoadException(
          "Expected the platform " + Flavour.PLATFORM + ", got " + Loader.getPlatform() + ".");
    }
    Flavour asked = askedFlavour();
    boolean gpu = asked == null ? Flavour.GPU.isOnClassPath() : asked == Flavour.GPU;
    boolean cpu = asked == null ? Flavour.CPU.isOnClassPath() : asked == Flavour.CPU;
    Flavour flavour = gpu ? Flavour.GPU : Flavour.CPU;
    if (!(gpu || cpu) || !flavour.isOnClassPath()) {
      throw new NativeLoadException(
          "Expected the natives of "
              + (Libtorch.isOnClassPath()
                  ? "org.tokenzip:tokenzip and org.bytedeco:pytorch"
                  : "org.tokenzip:tokenzip")
              + " on the class path, found none for "
              + (asked == null ? "any flavour" : "the flavour " + asked)
              + ": add "
              + (Libtorch.isOnClassPath() ? "both artifacts" : "the artifact")
              + " with the classifier "
              + Flavour.CPU.classifier()
              + " or "
              + Flavour.GPU.classifier()
              + ".");
    }
    if (gpu) {
      List<String> missing = CudaLibraries.missing();
      if (!missing.isEmpty()) {
        if (!cpu) {
          throw new NativeLoadException(missingLibraries(missing), missing);
        }
        Log.warn("Using the CPU: " + missingLibraries(missing));
        return Flavour.CPU;
      }
    }
    return flavour;
  }

  private static Flavour load(Flavour flavour) {
    // The loader reads its properties once; a class of JavaCPP may already have made it do so.
    System.setProperty(EXTENSION_PROPERTY, flavour.extension());
    Loader.loadProperties(true);
    try {
      NativeCache.whileFilled(
          flavour,
          () -> {
            if (Libtorch.isOnClassPath()) {
              Libtorch.load();
            }
            Loader.load(TokenZipLibrary.class);
          });
    } catch (IOException e) {
      throw notUnpacked(flavour.classifier(), e);
    } catch (LinkageError e) {
      throw new NativeLoadException(notLoaded(flavour, e), e);
    }
    int abi = TokenZipLibrary.tkz_abi_version();
    if (!isCompatible(TokenZipLibrary.ABI_VERSION, abi)) {
      throw new NativeLoadException(
          String.format(
              "Expected libtokenzip with ABI version 0x%06x, got 0x%06x: take the jars of one"
                  + " release.",
              TokenZipLibrary.ABI_VERSION, abi));
    }
    return flavour;
  }

  private static NativeLoadException notUnpacked(String natives, IOException e) {
    return new NativeLoadException(
        "The natives "
            + natives
            + " cannot be unpacked; expected a writable directory with room for them, which the"
            + " system property org.bytedeco.javacpp.cachedir names, got "
            + e,
        e);
  }

  private static String notLoaded(Flavour flavour, LinkageError failure) {
    // JavaCPP goes on to look elsewhere; why the library at hand did not load is the cause then.
    Throwable first = failure;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    String reason = String.valueOf(first.getMessage());
    String name = "The natives " + flavour.classifier() + " cannot be loaded";
    if (reason.contains(OPENMP) && !Libtorch.isOnClassPath()) {
      return name
          + " without OpenMP's runtime "
          + OPENMP
          + ", which libtorch would bring along: install GCC's libgomp (Debian and Ubuntu: libgomp1;"
          + " Fedora: libgomp; Alpine has no glibc and is not supported): "
          + reason;
    }
    return name
        + " (they need glibc 2.35 or newer, this process has "
        + Machine.glibcVersion().orElse("another C library")
        + "): "
        + reason;
  }

  /** The rule of {@code TKZ_ABI_VERSION}: equal majors, below 1.0 equal minors too. */
  static boolean isCompatible(int expected, int given) {
    int ignoredBits = expected >>> 16 == 0 ? 8 : 16;
    return expected >>> ignoredBits == given >>> ignoredBits;
  }

  private static String missingLibraries(List<String> sonames) {
    return "The GPU natives need libraries that this machine does not have: "
        + String.join(", ", sonames)
        + ". Install an NVIDIA driver of version 580 or newer"
        + (Libtorch.isOnClassPath() ? ", CUDA 13, cuDNN 9 and NCCL 2" : "")
        + ", or use the natives of "
        + Flavour.CPU.classifier()
        + ".";
  }

  private static Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("java", Runtime.version().toString());
    versions.put("glibc", Machine.glibcVersion().orElse("not found"));
    versions.put("javacpp", version("javacpp"));
    for (String artifact : List.of("pytorch", "openblas")) {
      versions.put(
          artifact, Libtorch.isOnClassPath() ? version(artifact) : "not on the class path");
    }
    return versions;
  }

  private static String version(String artifact) {
    try {
      return Loader.getVersion("org.bytedeco", artifact);
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static Map<String, Path> libraries() {
    Map<String, Path> libraries = new TreeMap<>();
    Loader.getLoadedLibraries().forEach((name, file) -> libraries.put(name, Path.of(file)));
    return libraries;
  }
}
