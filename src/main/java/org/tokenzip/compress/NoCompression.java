// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.compress;

import java.util.List;

/** Passes every patch on, as an uncompressed LLaVA does; a CLS token is dropped. */
public final class NoCompression implements TokenCompressor {
  /** Name in the registry. */
  public static final String NAME = "none";

  static final CompressionMethod METHOD =
      new CompressionMethod(
          NAME,
          "passes every patch token on",
          "",
          "-",
          "nothing",
          "nothing",
          List.of(),
          (budget, settings) -> new NoCompression());

  private final String name;

  public NoCompression() {
    this(NAME);
  }

  /** For a method that was asked for everything. */
  NoCompression(String name) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String toString() {
    return name;
  }
}
