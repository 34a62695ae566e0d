// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Synthetic scenes: pictures of a few coloured shapes with questions whose answers are known. They
 * follow from a seed alone, the same on every Java runtime.
 */
@NullMarked
package org.tokenzip.eval.scene;

import org.jspecify.annotations.NullMarked;
