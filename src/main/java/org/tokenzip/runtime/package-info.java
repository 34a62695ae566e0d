// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

/** Native libraries, devices and the errors that come back from native code. */
@NullMarked
package org.tokenzip.runtime;

import org.jspecify.annotations.NullMarked;
