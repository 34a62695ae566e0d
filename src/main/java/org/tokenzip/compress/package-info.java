// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Published ways to shrink the visual tokens of an image. This package knows tensors and kernels,
 * never models: a model hands its {@link org.tokenzip.compress.VisionFeatures} to a {@link
 * org.tokenzip.compress.TokenCompressor} and applies the {@link
 * org.tokenzip.compress.TokenSelection} it gets.
 */
@NullMarked
package org.tokenzip.compress;

import org.jspecify.annotations.NullMarked;
