// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.testing;

import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.launcher.PostDiscoveryFilter;

/**
 * Leaves only the tests of operators when they run on emulated kernels. Surefire's {@code -Dtest}
 * replaces the lists of the build, so one that names other tests would run them a second time.
 */
public final class EmulatedTests implements PostDiscoveryFilter {
  private static final boolean EMULATED =
      System.getProperty("tokenzip.backend", "cpu").equals("emulation");

  @Override
  public FilterResult apply(TestDescriptor test) {
    return FilterResult.includedIf(!EMULATED || isOperatorTest(test.getUniqueId()));
  }

  private static boolean isOperatorTest(UniqueId id) {
    return id.getSegments().stream()
        .map(UniqueId.Segment::getValue)
        .anyMatch(
            name ->
                name.startsWith("org.tokenzip.kernel.")
                    || name.equals("org.tokenzip.GoldenVectorsTest"));
  }
}
