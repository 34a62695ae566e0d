// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.image;

import java.io.Serial;

/**
 * A picture or a video that cannot be used; the message says in one sentence what was expected and
 * came.
 */
public final class ImageException extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1L;

  public ImageException(String message) {
    super(message);
  }

  public ImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
