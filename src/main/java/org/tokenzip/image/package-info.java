// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * From a picture file to the tower's pixel values, bit for bit as the reference does it through
 * PIL, and back to a drawing of what became of each patch.
 */
@NullMarked
package org.tokenzip.image;

import org.jspecify.annotations.NullMarked;
