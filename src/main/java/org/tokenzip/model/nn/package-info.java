// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

/** Building blocks that the towers, projectors and decoders share. */
@NullMarked
package org.tokenzip.model.nn;

import org.jspecify.annotations.NullMarked;
