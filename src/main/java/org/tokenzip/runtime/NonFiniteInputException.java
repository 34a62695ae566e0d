// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import java.io.Serial;

/** A NaN or infinity in a value that decides which tokens are kept. */
public final class NonFiniteInputException extends ArithmeticException {
  @Serial private static final long serialVersionUID = 1L;

  public NonFiniteInputException(String message) {
    super(message);
  }
}
