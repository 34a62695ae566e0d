// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

/** Vision-language models put together from their parts, for inference. */
@NullMarked
package org.tokenzip.model;

import org.jspecify.annotations.NullMarked;
