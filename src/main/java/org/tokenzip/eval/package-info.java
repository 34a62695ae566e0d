// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

/** How many answers are still right on a fraction of the visual tokens. */
@NullMarked
package org.tokenzip.eval;

import org.jspecify.annotations.NullMarked;
