// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The public entry: a picture and a question go in, an answer comes out, with fewer visual tokens.
 */
@NullMarked
package org.tokenzip.pipeline;

import org.jspecify.annotations.NullMarked;
