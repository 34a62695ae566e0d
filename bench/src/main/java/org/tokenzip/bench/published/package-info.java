// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The peers: published code, operator for operator, over the libtorch that TokenZip itself uses.
 */
@NullMarked
package org.tokenzip.bench.published;

import org.jspecify.annotations.NullMarked;
