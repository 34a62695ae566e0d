// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0

/** The LLaMA decoder and its key-value cache. */
@NullMarked
package org.tokenzip.model.llama;

import org.jspecify.annotations.NullMarked;
