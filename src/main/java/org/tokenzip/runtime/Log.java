// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

package org.tokenzip.runtime;

import org.slf4j.LoggerFactory;

/**
 * What the runtime has to say: through SLF4J, or through the JDK's own logger in a process without
 * it, as the operators need no more than JavaCPP.
 */
final class Log {
  private static final boolean SLF4J = Log.class.getResource("/org/slf4j/Logger.class") != null;

  private Log() {}

  static void info(String message) {
    if (SLF4J) {
      Slf4j.LOGGER.info(message);
    } else {
      // The JDK's logger prints what is called INFO there to the console.
      Jdk.LOGGER.log(System.Logger.Level.DEBUG, message);
    }
  }

  static void warn(String message) {
    if (SLF4J) {
      Slf4j.LOGGER.warn(message);
    } else {
      Jdk.LOGGER.log(System.Logger.Level.WARNING, message);
    }
  }

  /** Initialised only when SLF4J is there. */
  private static final class Slf4j {
    static final org.slf4j.Logger LOGGER = LoggerFactory.getLogger(NativeRuntime.class);
  }

  private static final class Jdk {
    static final System.Logger LOGGER = System.getLogger(NativeRuntime.class.getName());
  }
}
