// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.List;
import java.util.stream.Collectors;

/** Every method there is. */
public final class Compressors {
  private static final List<CompressionMethod> METHODS =
      List.of(
          NoCompression.METHOD,
          VisionZip.METHOD,
          FiCoCoV.METHOD,
          FiCoCoL.METHOD,
          FiCoCoVL.METHOD,
          ToMe.METHOD,
          EViT.METHOD,
          FastV.METHOD,
          DivPrune.METHOD,
          CDPruner.METHOD,
          CDPruner.CENTRED_METHOD,
          PPLLaVA.METHOD,
          RandomTokens.METHOD,
          StrideTokens.METHOD,
          AveragePool.METHOD,
          DownSample.METHOD,
          SmallPicture.METHOD);

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
