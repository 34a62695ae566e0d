// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import java.util.Arrays;
import java.util.Locale;

/** Which set of natives a process runs on. The two cannot be loaded into one process. */
public enum Flavour {
  /** Natives for the CPU alone. */
  CPU(""),
  /** Natives for the CPU and CUDA devices; they need the CUDA libraries to load at all. */
  GPU("-gpu");

  static final String PLATFORM = "linux-x86_64";

  private final String extension;

  Flavour(String extension) {
    this.extension = extension;
  }

  /** The flavour named {@code cpu} or {@code gpu}. */
  public static Flavour parse(String name) {
    return Arrays.stream(values())
        .filter(flavour -> flavour.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("flavour: expected cpu or gpu, got " + name));
  }

  /** What the flavour adds to the platform's name in file and artifact names. */
  public String extension() {
    return extension;
  }

  /** The Maven classifier of the flavour's natives. */
  public String classifier() {
    return PLATFORM + extension;
  }

  boolean isOnClassPath() {
    return hasResource("/org/tokenzip/bind/" + classifier() + "/libjnitokenzip.so")
        && (!Libtorch.isOnClassPath()
            || hasResource("/org/bytedeco/pytorch/" + classifier() + "/libjnitorch.so"));
  }

  private static boolean hasResource(String name) {
    return Flavour.class.getResource(name) != null;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
