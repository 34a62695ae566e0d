// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

/** The only conveniences over libtorch tensors: lifetime, creation, checks, dtypes and errors. */
@NullMarked
package org.tokenzip.tensor;

import org.jspecify.annotations.NullMarked;
