// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

/** Vision towers: CLIP and SigLIP. */
@NullMarked
package org.tokenzip.model.vision;

import org.jspecify.annotations.NullMarked;
