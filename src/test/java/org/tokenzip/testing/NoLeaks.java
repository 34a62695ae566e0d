// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.tokenzip.runtime.NativeRuntime;

/** Fails a test that leaves native memory behind which it allocated. */
public final class NoLeaks implements BeforeEachCallback, AfterEachCallback {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(NoLeaks.class);

  @Override
  public void beforeEach(ExtensionContext context) {
    NativeRuntime.load();
    context.getStore(NAMESPACE).put("count", Pointer.totalCount());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    long before = context.getStore(NAMESPACE).get("count", Long.class);
    assertThat(Pointer.totalCount()).as("native allocations alive").isLessThanOrEqualTo(before);
  }

  /**
   * For tests of engines that know no Jupiter extensions: runs {@code body} under the same check.
   */
  public static void check(Runnable body) {
    NativeRuntime.load();
    long before = Pointer.totalCount();
    body.run();
    assertThat(Pointer.totalCount()).as("native allocations alive").isLessThanOrEqualTo(before);
  }
}
