// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.cli;

import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Remembers why the stream behind it took no more: a {@code PrintStream} in front of it forgets.
 */
final class Outlet extends OutputStream {
  private final OutputStream behind;
  private @Nullable IOException lost;

  Outlet(OutputStream behind) {
    this.behind = behind;
  }

  /** The first failure; a reader who has left, as {@code head} does, is none. */
  @Nullable IOException lost() {
    return lost;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    try {
      behind.write(bytes, from, count);
    } catch (IOException e) {
      remember(e);
      throw e;
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      behind.flush();
    } catch (IOException e) {
      remember(e);
      throw e;
    }
  }

  private void remember(IOException failure) {
    if (lost == null && !"Broken pipe".equals(failure.getMessage())) {
      lost = failure;
    }
  }
}
