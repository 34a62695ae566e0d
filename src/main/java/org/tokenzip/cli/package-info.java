// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

/** The command {@code tokenzip}: what it says and how it is asked, nothing it computes. */
@NullMarked
package org.tokenzip.cli;

import org.jspecify.annotations.NullMarked;
