// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.List;
import java.util.stream.Collectors;

/** Every method there is. */
public final class Compressors {
  private static final List<CompressionMethod> METHODS =
      List.of(
          new CompressionMethod(
              NoCompression.NAME,
              "passes every patch token on",
              "",
              "-",
              "nothing",
              keep -> new NoCompression()),
          new CompressionMethod(
              VisionZip.NAME,
              "keeps the patches CLS attends to most, merges the others by key similarity",
              "arXiv 2412.04467",
              "after the vision tower, before the projector",
              "a vision tower with a CLS token",
              keep -> new VisionZip(VisionZipOptions.forBudget(keep))));

  private Compressors() {}

  /** All methods, in the order they are listed to users. */
  public static List<CompressionMethod> all() {
    return METHODS;
  }

  /**
   * The method called {@code name}.
   *
   * @throws IllegalArgumentException if there is none, listing those there are
   */
  public static CompressionMethod byName(String name) {
    return METHODS.stream()
        .filter(method -> method.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "method: expected one of "
                        + METHODS.stream()
                            .map(CompressionMethod::name)
                            .collect(Collectors.joining(", "))
                        + ", got \""
                        + name
                        + "\""));
  }
}
