// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import org.bytedeco.javacpp.Pointer;

/**
 * JavaCPP's limits on native memory. Left to itself it refuses allocations once the process holds
 * four times the Java heap, mapped files included: a model's weights alone exceed that.
 */
final class MemoryLimits {
  private static final String BYTES = "org.bytedeco.javacpp.maxBytes";
  private static final String PHYSICAL_BYTES = "org.bytedeco.javacpp.maxPhysicalBytes";
  private static final String NONE = "0";

  private MemoryLimits() {}

  /** Lifts the limits that the user has not set. JavaCPP reads them once, at its first pointer. */
  static void lift() {
    System.getProperties().putIfAbsent(BYTES, NONE);
    System.getProperties().putIfAbsent(PHYSICAL_BYTES, NONE);
  }

  /** Warns when {@link #lift} came too late. */
  static void warnIfInForce() {
    if (NONE.equals(System.getProperty(PHYSICAL_BYTES)) && Pointer.maxPhysicalBytes() > 0) {
      Log.warn(
          "JavaCPP was in use before the native libraries were loaded and limits this process to "
              + (Pointer.maxPhysicalBytes() >> 20)
              + " MiB: start it with -D"
              + PHYSICAL_BYTES
              + "=0.");
    }
  }
}
