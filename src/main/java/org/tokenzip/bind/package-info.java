// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The C ABI of TokenZip as Java sees it: one native method for each function of {@code tokenzip.h},
 * one {@code Pointer} class for each of its structs, and no logic.
 */
@NullMarked
package org.tokenzip.bind;

import org.jspecify.annotations.NullMarked;
