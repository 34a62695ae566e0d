// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

/** The CLIP vision tower. */
@NullMarked
package org.tokenzip.model.clip;

import org.jspecify.annotations.NullMarked;
