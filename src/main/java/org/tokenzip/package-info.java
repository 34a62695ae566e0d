// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

/** Visual-token compression for LLaVA-style vision-language models. */
@NullMarked
package org.tokenzip;

import org.jspecify.annotations.NullMarked;
