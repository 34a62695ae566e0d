// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.tensor;

/**
 * A failure inside libtorch. The message is the first line of libtorch's own; the C++ stack it
 * appends is kept apart.
 */
public final class LibtorchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String nativeTrace;

  private LibtorchException(String message, String nativeTrace) {
    super(message);
    this.nativeTrace = nativeTrace;
  }

  /**
   * What to throw for {@code failure}: native failures reach Java as plain {@link RuntimeException}
   * and come back wrapped, every other exception comes back as it is.
   */
  public static RuntimeException wrap(RuntimeException failure) {
    if (failure.getClass() != RuntimeException.class) {
      return failure;
    }
    String text = String.valueOf(failure.getMessage());
    int end = text.indexOf('\n');
    LibtorchException wrapped =
        end < 0
            ? new LibtorchException(text, "")
            : new LibtorchException(text.substring(0, end), text.substring(end + 1));
    // In place of a cause, whose message would print the C++ stack again.
    wrapped.setStackTrace(failure.getStackTrace());
    return wrapped;
  }

  /** The C++ stack and further lines of libtorch's message; empty if there were none. */
  public String nativeTrace() {
    return nativeTrace;
  }
}
