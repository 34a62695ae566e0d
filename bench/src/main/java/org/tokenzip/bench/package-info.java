// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

/** Benchmarks: TokenZip beside the same algorithms composed from libtorch operators. */
@NullMarked
package org.tokenzip.bench;

import org.jspecify.annotations.NullMarked;
